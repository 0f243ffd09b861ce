import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Kept {
  stop(): Promise<void>
  /** The first line it wrote to its standard output, where it was asked to write one. */
  firstLine: Promise<string>
}

/**
 * A program of Harbor's, started again when it ends by itself. It holds a pipe from us as its standard input and leaves when
 * that closes, so that nothing stays behind even when we are killed.
 */
export function keepChild(options: { name: string; script: string; args: string[]; logs: string; says?: boolean; graceMs: number; log: (line: string) => void }): Kept {
  const { name, script, args, logs, says = false, graceMs, log } = options
  mkdirSync(logs, { recursive: true })
  let wanted = true
  let child: ChildProcess
  let gone: Promise<void>
  let crashes = 0
  let again: NodeJS.Timeout | null = null
  let said: (line: string) => void = () => {}
  let failed: (error: Error) => void = () => {}
  const firstLine = new Promise<string>((settle, fail) => {
    said = settle
    failed = fail
  })
  firstLine.catch(() => {})

  const begin = (): void => {
    const file = openSync(join(logs, `${name}.log`), 'a')
    // Our own settings (a test runner's, a debugger's) are not theirs, and Ctrl-C is for us alone: we end them in order.
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', TZ: 'UTC', NODE_ENV: 'production' } as const
    child = spawn(process.execPath, ['--max-old-space-size=96', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, script), ...args], { stdio: ['pipe', says ? 'pipe' : file, file], env, detached: true })
    closeSync(file)
    child.stdin?.on('error', () => {})
    let text = ''
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString()
      const end = text.indexOf('\n')
      if (end >= 0) said(text.slice(0, end))
    })
    gone = new Promise((settle) => {
      child.once('error', (error) => {
        failed(error)
        settle()
      })
      child.once('exit', (code, signal) => {
        settle()
        if (!wanted) return
        failed(new Error(`${name} ended with ${signal ?? `code ${code}`}: ${lastLine(join(logs, `${name}.log`))}`))
        crashes++
        log(`${name} ended with ${signal ?? `code ${code}`} and is started again`)
        again = setTimeout(begin, Math.min(5_000, 200 * crashes))
      })
    })
  }
  begin()

  return {
    firstLine,
    stop: async () => {
      wanted = false
      if (again) clearTimeout(again)
      child.stdin?.end()
      const late = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(late)
    },
  }
}

const lastLine = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').at(-1) || `it said nothing in ${file}`
