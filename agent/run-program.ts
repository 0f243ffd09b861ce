import { spawn } from 'node:child_process'
import { Because } from './because.ts'
import { linesOf } from './lines-of.ts'

export interface ProgramRun {
  argv: readonly string[]
  cwd: string
  env: Record<string, string>
  signal: AbortSignal
  /** Outside a step there is no guard: then the program leads its own group, and that dies as a whole. */
  ownGroup: boolean
  onLine?: (stream: 'out' | 'err', line: string) => void
  /** What has to be waited for before more lines are read; null = nothing. */
  flow?: () => Promise<void> | null
  /** Keeps what it prints on its standard output, up to `longest` bytes (1 MiB). */
  capture?: boolean
  longest?: number
  /** What it reads on its standard input; nothing where there is none. */
  input?: string
}

const oneMiB = 1024 * 1024
/** How long a finished program's output may be held open by something it left behind. */
const afterExitMs = 500

/** Runs one of the user's own programs, without a shell. Resolves with its exit code; fails where it cannot start or is stopped. */
export function runProgram({ argv, cwd, env, signal, ownGroup, onLine, flow, capture, longest = oneMiB, input }: ProgramRun): Promise<{ code: number; output: string }> {
  const [program = '', ...rest] = argv
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Because(`${program} was not started: the time for it was over`))
    const child = spawn(program, rest, { cwd, env: env as NodeJS.ProcessEnv, stdio: ['pipe', 'pipe', 'pipe'], detached: ownGroup })
    // Who does not read is none of our business.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    let output = ''
    let tooMuch = false
    const kill = (): void => {
      try {
        if (ownGroup && child.pid) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // Already gone.
      }
    }
    const stop = (): void => kill()
    signal.addEventListener('abort', stop, { once: true })

    if (capture) {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (output.length + text.length > longest) {
          tooMuch = true
          kill()
        } else output += text
      })
    } else linesOf(child.stdout, (line) => onLine?.('out', line), flow)
    linesOf(child.stderr, (line) => onLine?.('err', line), flow)

    const done = (act: () => void): void => {
      signal.removeEventListener('abort', stop)
      act()
    }
    child.on('error', (error: NodeJS.ErrnoException) => done(() => reject(new Because(`${program} could not be started (${error.code ?? error.message})`))))
    let code: number | null = null
    let by: string | null = null
    const settle = (): void =>
      done(() => {
        if (tooMuch) reject(new Because(`${program} printed more than ${Math.round(longest / oneMiB)} MiB`))
        else if (signal.aborted) reject(new Because(`${program} was stopped: it took too long`))
        else if (by) reject(new Because(`${program} was ended by ${by}`))
        else resolve({ code: code ?? 1, output })
      })
    child.on('exit', (exitCode, exitSignal) => {
      code = exitCode
      by = exitSignal
      const late = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        settle()
      }, afterExitMs)
      child.once('close', () => {
        clearTimeout(late)
        settle()
      })
    })
  })
}
