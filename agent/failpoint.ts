let hits = 0

/** Points where fault tests kill this agent: `KNOWNGOOD_AGENT_CRASH_AT=name`, or `name:3` for the third time. */
export type Failpoint = 'after-intent' | 'during-switch' | 'before-complete'

export function failpoint(name: Failpoint): void {
  const wanted = process.env['KNOWNGOOD_AGENT_CRASH_AT']
  if (!wanted) return
  const [at, count = '1'] = wanted.split(':')
  if (at === name && ++hits >= Number(count)) process.kill(process.pid, 'SIGKILL')
}
