import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { call } from '../shared/call.ts'
import type { Release } from '../shared/release.ts'
import { backOff, crashesInARow } from './back-off.ts'
import type { Wanted } from './state.ts'

export type InstanceState = 'starting' | 'healthy' | 'unhealthy' | 'stopped'

export interface InstanceView {
  id: string
  digest: string | null
  version: string | null
  state: InstanceState
  pid: number | null
  port: number
  restarts: number
}

export interface InstancePlace {
  id: string
  port: number
  /** Of this instance alone: log and scratch. */
  folder: string
  folderOf(digest: string): string
  environment(): Record<string, string>
  /** What it ran in an earlier life; null where it never ran. */
  last: Wanted | null
}

/** One process that is kept alive: started again after a crash with back-off, asked every 500 ms how it is. */
export interface Instance {
  view(): InstanceView
  wanted(): Wanted | null
  /** Starts what is wanted; a different release than before gets an empty scratch folder. */
  start(wanted: Wanted, fresh: boolean): void
  /** Asks it to end, then makes it; nothing is started again until the next start. */
  stop(graceMs: number): Promise<void>
  /** True once it answered as the wanted release; false when the time is over. */
  becomesHealthy(withinMs: number): Promise<boolean>
  lastWords(): string
}

const checkEveryMs = 500
const biggestLog = 5 * 1024 * 1024

export function keepAlive(place: InstancePlace): Instance {
  let wanted = place.last
  let child: ChildProcess | null = null
  let gone: Promise<void> = Promise.resolve()
  let state: InstanceState = 'stopped'
  let restarts = 0
  let crashes = 0
  let words = ''
  let again: NodeJS.Timeout | null = null
  let checks: NodeJS.Timeout | null = null
  const log = join(place.folder, 'log')
  const scratch = join(place.folder, 'scratch')
  mkdirSync(scratch, { recursive: true })

  const begin = (): void => {
    if (!wanted) return
    const root = place.folderOf(wanted.digest)
    const release = JSON.parse(readFileSync(join(root, 'release.json'), 'utf8')) as Release
    if (existsSync(log) && statSync(log).size > biggestLog) truncateSync(log)
    const file = openSync(log, 'a')
    const began = performance.now()
    // Its own process group, so that whatever it starts ends with it; a pipe as standard input, so that it notices when we are gone.
    const started = spawn(process.execPath, ['--max-old-space-size=64', '--max-semi-space-size=1', join(root, release.start)], {
      cwd: root,
      detached: true,
      stdio: ['pipe', file, file],
      env: { ...place.environment(), NODE_ENV: 'production', PORT: String(place.port), INSTANCE: place.id, DIGEST: wanted.digest, SCRATCH: scratch },
    })
    closeSync(file)
    started.stdin?.on('error', () => {})
    child = started
    state = 'starting'
    gone = new Promise((settle) => {
      const ended = (why: string): void => {
        settle()
        words = why
        if (child !== started) return
        child = null
        if (checks) clearInterval(checks)
        if (state === 'stopped') return
        state = 'unhealthy'
        crashes = crashesInARow(crashes, performance.now() - began)
        again = setTimeout(() => {
          restarts++
          begin()
        }, backOff(crashes))
      }
      started.once('error', (error) => ended(`it could not be started: ${error.message}`))
      started.once('exit', (code, signal) => ended(signal ? `it was ended by ${signal}` : `it ended with code ${code}`))
    })
    checks = setInterval(() => void check(started), checkEveryMs)
    soon(started)
  }

  /** A start is watched more closely than a life, since somebody may be waiting for it. */
  const soon = (started: ChildProcess): void => {
    setTimeout(() => {
      if (child !== started || state !== 'starting') return
      void check(started).then(() => soon(started))
    }, 60)
  }

  const check = async (started: ChildProcess): Promise<void> => {
    const digest = wanted?.digest
    const outcome = await call('GET', `http://127.0.0.1:${place.port}/healthz`, { timeoutMs: 2_000 })
    if (child !== started || state === 'stopped') return
    // Whoever answers must be the one we started: a stranger on the port is not health.
    const well = outcome.kind === 'answered' && outcome.status === 200 && outcome.body.includes(`"digest":"${digest}"`) && outcome.body.includes(`"instance":"${place.id}"`)
    if (well) state = 'healthy'
    else if (state === 'healthy') state = 'unhealthy'
  }

  const signal = (name: NodeJS.Signals): void => {
    if (!child?.pid) return
    try {
      process.kill(-child.pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  return {
    view: () => ({ id: place.id, digest: wanted?.digest ?? null, version: wanted?.version ?? null, state, pid: child?.pid ?? null, port: place.port, restarts }),
    wanted: () => wanted,
    start: (next, fresh) => {
      if (fresh) {
        rmSync(scratch, { recursive: true, force: true })
        mkdirSync(scratch, { recursive: true })
      }
      wanted = next
      crashes = 0
      words = ''
      begin()
    },
    stop: async (graceMs) => {
      state = 'stopped'
      if (again) clearTimeout(again)
      if (checks) clearInterval(checks)
      if (!child) return
      signal('SIGTERM')
      const late = setTimeout(() => signal('SIGKILL'), graceMs)
      await gone
      clearTimeout(late)
    },
    becomesHealthy: async (withinMs) => {
      const until = performance.now() + withinMs
      while (performance.now() < until) {
        if (state === 'healthy') return true
        await new Promise((settle) => setTimeout(settle, 20))
      }
      return state === 'healthy'
    },
    lastWords: () => words || 'it is running but does not answer /healthz as the wanted release',
  }
}
