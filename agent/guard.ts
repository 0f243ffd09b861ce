/**
 * Runs one step's worker and outlives a stopped agent. Started as the leader of its own session and process group: when
 * the deadline passes without being moved, when the agent's end of the pipe closes, or when the worker ends, the whole
 * group dies, this process with it. The agent writes JSON lines: `{"deadline": <monotonic ms>}`, the first with `work`.
 */
import { spawn } from 'node:child_process'
import { flushCompileCache } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } finally {
    // Only reached where this process does not lead a group: then it was started by hand.
    process.exit(1)
  }
}

const worker = spawn(process.execPath, [fileURLToPath(new URL('./worker.ts', import.meta.url))], { stdio: ['pipe', 'ignore', 'inherit', 3] })
worker.on('error', endGroup)
worker.on('exit', endGroup)
worker.stdin?.on('error', () => undefined)

let deadline = Infinity
let timer: NodeJS.Timeout | undefined

function watch(): void {
  clearTimeout(timer)
  const left = deadline - monotonicMs()
  if (left <= 0) return endGroup()
  timer = setTimeout(watch, Math.min(left, 1_000))
}

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const message = JSON.parse(line) as { deadline: number; work?: unknown }
  deadline = message.deadline
  watch()
  if (message.work) worker.stdin?.write(`${JSON.stringify(message.work)}\n`)
})
lines.on('close', endGroup)
process.stdin.on('error', endGroup)
// It ends by SIGKILL, and Node keeps what it has compiled only when it is told to.
setTimeout(flushCompileCache, 50).unref()
// A terminal or service manager may signal everything at once; only the deadline and the pipe decide.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)
