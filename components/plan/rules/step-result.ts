/** What a task of a playbook did on one host. */
export interface TaskLine {
  task: string
  host: string
  outcome: 'ok' | 'changed' | 'failed' | 'skipped' | 'unreachable'
  message: string
}

export type StepResult =
  | { kind: 'tasks'; tasks: TaskLine[] }
  | { kind: 'changes'; add: number; change: number; destroy: number }
  /** A shape nobody here knows is shown as it came. */
  | { kind: 'other'; result: Record<string, unknown> }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const outcomes: ReadonlySet<string> = new Set(['ok', 'changed', 'failed', 'skipped', 'unreachable'])

/** What a step reported, in the shape in which a person reads it: Ansible's tasks, Terraform's counts. */
export function readResult(result: Record<string, unknown>): StepResult {
  const tasks = result['tasks']
  if (Array.isArray(tasks) && tasks.every(isObject)) return { kind: 'tasks', tasks: tasks.flatMap(linesOf) }
  const changes = isObject(result['changes']) ? result['changes'] : result
  const { add, change, destroy } = changes
  if (typeof add === 'number' && typeof change === 'number' && typeof destroy === 'number') return { kind: 'changes', add, change, destroy }
  return { kind: 'other', result }
}

/** One line for each host; a task may come by host already, or with its hosts inside. */
function linesOf(task: Record<string, unknown>): TaskLine[] {
  const name = text(task['task']) || text(task['name'])
  const hosts = task['hosts']
  if (isObject(hosts)) return Object.entries(hosts).map(([host, did]) => line(name, host, isObject(did) ? did : { outcome: did }))
  return [line(name, text(task['host']), task)]
}

function line(task: string, host: string, did: Record<string, unknown>): TaskLine {
  const said = text(did['outcome']) || text(did['status'])
  const outcome = outcomes.has(said) ? (said as TaskLine['outcome']) : did['failed'] === true ? 'failed' : did['unreachable'] === true ? 'unreachable' : did['skipped'] === true ? 'skipped' : did['changed'] === true ? 'changed' : 'ok'
  return { task, host, outcome, message: text(did['message']) || text(did['msg']) }
}
