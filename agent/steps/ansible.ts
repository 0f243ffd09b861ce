import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Because, NotSo } from '../because.ts'
import { below } from '../below.ts'
import { runProgram } from '../run-program.ts'
import type { ActionStep } from './step.ts'

const longestReport = 16 * 1024 * 1024
const mostTasks = 400
const longestMessage = 500

export interface TaskResult {
  task: string
  host: string
  status: 'ok' | 'changed' | 'failed' | 'skipped' | 'unreachable'
  /** What it said where it failed. */
  message: string | null
}

interface HostReport {
  changed?: boolean
  failed?: boolean
  skipped?: boolean
  unreachable?: boolean
  msg?: unknown
  stderr?: unknown
}

/** Runs a playbook below the configured folder with `ansible-playbook`; every task of every host is in the result. */
export const ansible: ActionStep<'ansible'> = async ({ playbook, inventory, limit, extraVars, tags, check }, { settings, signal, log, flow, env, scratch }) => {
  const { ansible: held, env: allowed } = settings
  if (!held) throw new Because('ansible.root is not in this agent’s configuration')
  // A list of hosts has a comma; anything else is a file of ours.
  const hosts = inventory === undefined ? [] : [`--inventory=${inventory.includes(',') ? inventory : below(held.root, inventory, 'inventory')}`]
  const vars = join(scratch, 'extra-vars.json')
  if (extraVars) writeFileSync(vars, JSON.stringify(extraVars), { mode: 0o600 })
  const argv = [
    ...held.program, ...hosts,
    ...(limit ? [`--limit=${limit}`] : []),
    ...(tags?.length ? [`--tags=${tags.join(',')}`] : []),
    ...(extraVars ? [`--extra-vars=@${vars}`] : []),
    ...(check ? ['--check'] : []),
    below(held.root, playbook, 'playbook'),
  ]
  log(`ansible-playbook ${playbook}${limit ? ` on ${limit}` : ''}${check ? ', only looking' : ''}`)
  const quiet = { ANSIBLE_STDOUT_CALLBACK: 'json', ANSIBLE_NOCOLOR: '1', ANSIBLE_RETRY_FILES_ENABLED: '0', ANSIBLE_DEPRECATION_WARNINGS: '0', ANSIBLE_LOCAL_TEMP: join(scratch, 'ansible'), LC_ALL: 'C.UTF-8' }
  const { code, output } = await runProgram({ argv, cwd: held.root, env: { ...env(allowed), ...quiet }, signal, ownGroup: false, flow, capture: true, longest: longestReport, onLine: (stream, line) => log(line, stream) })
  const tasks = tasksOf(output)
  if (!tasks) throw new Because(`ansible-playbook ended with ${code} without a report: ${output.trim().slice(0, longestMessage)}`)
  for (const { task, host, status, message } of tasks) log(`${host}: ${task}: ${status}${message ? `: ${message}` : ''}`)
  const result = { exit: code, tasks: tasks.slice(0, mostTasks), more: Math.max(0, tasks.length - mostTasks), changed: tasks.filter((one) => one.status === 'changed').length }
  const bad = tasks.find((one) => one.status === 'failed' || one.status === 'unreachable')
  if (code !== 0) throw new Because(bad ? `${bad.task} ${bad.status === 'failed' ? 'failed' : 'could not be tried'} on ${bad.host}${bad.message ? `: ${bad.message}` : ''}` : `ansible-playbook ended with ${code}`, result)
  // Nobody was reached: then nothing was done, whatever the exit code says.
  if (tasks.length === 0) throw new Because(`${playbook} did nothing: no host matched`, result)
  if (check && result.changed > 0) throw new NotSo(`${playbook} would change ${result.changed} things`, result)
  return result
}

/** Every task of every host, in order; null where the report is none. */
export function tasksOf(output: string): TaskResult[] | null {
  try {
    const report = JSON.parse(output.slice(Math.max(0, output.indexOf('{')))) as { plays: { tasks: { task: { name: string }; hosts: Record<string, HostReport> }[] }[] }
    return report.plays.flatMap(({ tasks }) => tasks.flatMap(({ task, hosts }) => Object.entries(hosts).map(([host, one]): TaskResult => ({ task: task.name, host, status: statusOf(one), message: one.failed || one.unreachable ? messageOf(one) : null }))))
  } catch {
    return null
  }
}

const statusOf = ({ unreachable, failed, skipped, changed }: HostReport): TaskResult['status'] => (unreachable ? 'unreachable' : failed ? 'failed' : skipped ? 'skipped' : changed ? 'changed' : 'ok')

function messageOf({ msg, stderr }: HostReport): string | null {
  const said = [stderr, msg].find((one): one is string => typeof one === 'string' && one !== '')
  return said ? said.slice(0, longestMessage) : null
}
