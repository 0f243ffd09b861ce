import { env } from './env.ts'

let hits = 0

/**
 * A named place where fault tests kill this process: `KNOWNGOOD_CRASH_AT=name` or `name:3` for the third time.
 * Costs one comparison when it is not set.
 */
export function failpoint(name: string): void {
  const wanted = env().KNOWNGOOD_CRASH_AT
  if (!wanted) return
  const [at, count = '1'] = wanted.split(':')
  if (at === name && ++hits >= Number(count)) process.kill(process.pid, 'SIGKILL')
}
