import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { root } from './files.ts'

export interface Finished {
  code: number
  /** What it printed, where it was not shown at once. */
  output: string
  seconds: number
}

const mark = `KNOWNGOOD_STARTED_BY=${process.pid}-${Date.now()}`
const [markName = '', markValue = ''] = mark.split('=')

/** Runs one program of node_modules under this Node, in a group of its own, and waits for its end. */
export function run(entry: string, args: readonly string[], options: { show?: boolean; env?: Record<string, string> } = {}): Promise<Finished> {
  const started = performance.now()
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: root,
    env: { ...process.env, ...(options.show ? {} : process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }), ...options.env, [markName]: markValue },
    stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((settle, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => settle({ code: signal ? 1 : (code ?? 1), output: signal ? `${output}\nended by ${signal}` : output, seconds: (performance.now() - started) / 1000 }))
  })
}

/** Processes that we started, at any depth, and that are still there. What they inherited tells them apart from everybody else's. */
function ours(): { pid: number; command: string }[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(mark)) return []
        return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim() }]
      } catch {
        // It ended while we looked, or it is not ours to look at.
        return []
      }
    })
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends whatever is left of what we started: politely, then not. Returns what it found, so that a leak is noticed. */
export async function endLeftovers(): Promise<string[]> {
  const found = ours().filter(({ command }) => command !== '')
  for (const { pid } of found) send(pid, 'SIGTERM')
  for (let waited = 0; waited < 5_000 && ours().some(({ command }) => command !== ''); waited += 100) await new Promise((settle) => setTimeout(settle, 100))
  for (const { pid } of ours()) send(pid, 'SIGKILL')
  return found.map(({ pid, command }) => `${pid} ${command.slice(0, 160)}`)
}

/** Ctrl-C ends what was started too, since each part has its own group. */
export function endWithUs(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      void endLeftovers().then(() => process.exit(130))
    })
  }
}
