import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

export interface AgentProcess {
  name: string
  pid(): number | null
  start(env?: Record<string, string>): void
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface AgentOptions {
  name: string
  dir: string
  server: string
  /** Where it stands: its agents must see the same secret as the same. */
  place: string
  /** Hosts from which artifacts may be fetched. */
  artifactHosts: string[]
  targets: unknown[]
  /** Databases that migrations are taken back in: name → address. */
  connections?: Record<string, string>
  /** Step kinds that it may do, where it is not what a fleet needs. */
  allow?: readonly string[]
  /** More of its configuration, as docs/guides/agents.md has it: what it may reach besides its targets. */
  more?: Record<string, unknown>
  /** Asked for once, when the agent has no identity yet. */
  enrolmentToken(): Promise<string>
}

const fleetKinds = ['snapshot', 'stage', 'deploy', 'verify', 'drain', 'stop', 'open']

/** Writes the agent's configuration and makes a process of it, as an operator's service manager would. */
export async function prepareAgent({ name, dir, server, place, artifactHosts, targets, connections = {}, allow = [...fleetKinds, ...(Object.keys(connections).length > 0 ? ['sql'] : [])], more = {}, enrolmentToken }: AgentOptions): Promise<AgentProcess> {
  const data = join(dir, name)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  // They share what they fingerprint with.
  const fingerprintKey = join(dir, `fingerprint-${place}.key`)
  if (!existsSync(fingerprintKey)) writeFileSync(fingerprintKey, randomBytes(32).toString('hex'), { mode: 0o600 })
  const config = join(data, 'agent.yaml')
  const named = Object.fromEntries(Object.entries(connections).map(([one, url]) => [one, { url }]))
  writeFileSync(config, stringify({ v: 1, server, name, data, fingerprintKey, allow, artifacts: { hosts: artifactHosts, maxBytes: 50_000_000 }, connections: named, targets, ...more }), { mode: 0o600 })
  // An agent that has enrolled knows who it is; a second token would only be another secret lying about.
  const token = existsSync(join(data, 'identity.json')) ? null : await enrolmentToken()
  const log = createWriteStream(join(data, 'agent.log'), { flags: 'a' })
  let child: ChildProcess | null = null
  return {
    name,
    pid: () => (child && child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null),
    start: (env = {}) => {
      const entry = join(import.meta.dirname, '../agent/main.ts')
      const starting = spawn(process.execPath, ['--max-old-space-size=128', entry, '--config', config], { env: { ...process.env, ...(token ? { KNOWNGOOD_ENROLMENT_TOKEN: token } : {}), ...env } as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      for (const stream of [starting.stdout, starting.stderr]) stream?.on('data', (text: Buffer) => log.write(text))
      child = starting
    },
    end: async (signal = 'SIGTERM') => {
      const ending = child
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
      const gone = new Promise<void>((settle) => ending.once('exit', () => settle()))
      ending.kill(signal)
      await gone
    },
  }
}
