import type { PlanDocument, StepRole } from '#lib/orchestration/model.ts'
import type { RunStatus, StepStatus } from '#lib/orchestration/view.ts'

export interface EndedStep {
  key: string
  role: StepRole
  status: StepStatus
  because: string | null
  attempt: number
  /** Empty where it is about no single service. */
  service: string
  region: string
}

export interface Left {
  what: string
  undo: string
  /** Null where the plan itself had said so. */
  step: string | null
}

/** Roles that change nothing: how they ended leaves nothing behind. */
const harmless: readonly StepRole[] = ['snapshot', 'stage', 'barrier']

/** An agent has had it in its hands, or somebody says that it happened. */
const begun = (step: EndedStep): boolean => step.attempt > 0 || step.status === 'succeeded' || step.status === 'failed' || step.status === 'indeterminate'

/**
 * What a run that is over has left abnormal: what its plan said it would, what was skipped, and, where it was ended before its time, what failed, was
 * stopped in the middle or is not known, traffic that is closed and services that are stopped. What cannot be known is listed as that.
 */
export function leftAbnormal(status: RunStatus, leaves: PlanDocument['leaves'], steps: readonly EndedStep[]): Left[] {
  const doing = steps.filter((step) => !harmless.includes(step.role))
  const whole = status === 'succeeded'
  const left: Left[] = []
  if (whole || doing.some((step) => step.role !== 'verify' && begun(step))) left.push(...leaves.map(({ what, undo }) => ({ what: whole ? what : `${what}, as far as the run went`, undo, step: null })))
  for (const step of doing) {
    const how = endOf(step, whole)
    if (how) left.push({ what: how, undo: wayBack(step), step: step.key })
  }
  return [...left, ...halfMoved(doing)]
}

function endOf({ key, status, because, attempt }: EndedStep, whole: boolean): string | null {
  if (status === 'skipped') return `${key} was ${because ?? 'skipped'}`
  if (whole) return null
  if (status === 'failed') return `${key} failed${because ? `: ${because}` : ''}`
  if (status === 'indeterminate') return `nobody knows whether ${key} happened${because ? `: ${because}` : ''}`
  return (status === 'cancelled' && attempt > 0) || status === 'leased' ? `${key} was stopped in the middle` : null
}

/** Targets on which the move behind a drain was begun and not ended. */
function halfMoved(steps: readonly EndedStep[]): Left[] {
  const done = (of: EndedStep, role: StepRole): boolean => steps.some((step) => step.role === role && step.service === of.service && step.region === of.region && step.status === 'succeeded')
  const sure = (step: EndedStep): string => (step.status === 'succeeded' ? 'is' : 'may be')
  return steps.filter(begun).flatMap((step): Left[] => {
    const where = `${step.service} in ${step.region}`
    if (step.role === 'drain' && !done(step, 'open')) return [{ what: `the traffic of ${where} ${sure(step)} closed`, undo: `open it again once something healthy runs as ${where}`, step: step.key }]
    if (step.role === 'stop' && !done(step, 'deploy')) return [{ what: `${where} ${sure(step)} stopped`, undo: `start one release of it, then open its traffic`, step: step.key }]
    return []
  })
}

function wayBack({ role, service, region, key }: EndedStep): string {
  const where = service && region ? `${service} in ${region}` : key
  const ways: Partial<Record<StepRole, string>> = {
    verify: `look at what ${where} really serves, and whether it is healthy`,
    deploy: `see what runs as ${where}, and bring all of it to one release`,
    drain: `see whether the traffic of ${where} is closed, and open it`,
    open: `see whether the traffic of ${where} is open, and open it`,
    stop: `see whether anything of ${where} still runs`,
    hold: `see whether what watches over ${where} is held, and let it go`,
    migrate: 'look which version the database is at before anything is deployed there',
    purge: 'look what is left before anything that cannot read it is started',
  }
  return ways[role] ?? `see how far ${where} went, and end or undo it by hand`
}
