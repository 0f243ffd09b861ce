import { Because, NotSo } from '../because.ts'
import { below } from '../below.ts'
import { runProgram } from '../run-program.ts'
import type { ActionStep } from './step.ts'

const keptLines = 40

/** One command for /bin/sh: the only kind that goes through a shell. It sees no variables but those that the configuration allows. */
export const shell: ActionStep<'shell'> = async ({ command, env: wanted = [], cwd = '.', expectExit = 0 }, { settings, signal, log, flow, env }) => {
  const { shell: folder, env: allowed, secrets } = settings
  if (!folder) throw new Because('shell.cwd is not in this agent’s configuration')
  const refused = wanted.find((name) => !allowed.includes(name) && !secrets.includes(name))
  if (refused) throw new Because(`env: ${refused} is not one of the variables that may be passed on (env, secrets)`)
  const tail: string[] = []
  const { code } = await runProgram({
    argv: ['/bin/sh', '-c', command],
    cwd: below(folder.cwd, cwd, 'cwd'),
    env: env([...allowed, ...wanted]),
    signal,
    ownGroup: false,
    flow,
    onLine: (stream, line) => {
      log(line, stream)
      tail.push(line.slice(0, 1_000))
      if (tail.length > keptLines) tail.shift()
    },
  })
  const result = { exit: code, tail }
  if (code === expectExit) return result
  const sentence = `the command ended with ${code}${expectExit === 0 ? '' : `, not with ${expectExit}`}${tail.length ? `: ${tail.at(-1)}` : ''}`
  // As with test, grep and cmp: 1 says no, anything else says that it could not be found out.
  throw code === 1 || (expectExit !== 0 && code === 0) ? new NotSo(sentence, result) : new Because(sentence, result)
}
