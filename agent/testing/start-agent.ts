import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

export interface StartedAgent {
  child: ChildProcess
  pid: number
  output: () => string
  exited: Promise<{ code: number | null; signal: string | null }>
}

/** The real agent program as its own process. */
export function startAgent(folder: string, config: Record<string, unknown>, env: Record<string, string> = {}): StartedAgent {
  const path = join(folder, 'agent.yaml')
  writeFileSync(path, stringify(config))
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), '--config', path], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
  return { child, pid: child.pid ?? -1, output: () => text, exited: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))) }
}
