import type { PlanDocument, StepDocument } from '../../model.ts'
import { noRetry, planVersion } from '../../model.ts'
import type { Playbook } from './document.ts'
import { millisOf } from './duration.ts'
import type { Instance, LeftOut, Places } from './expand.ts'
import { beforeOf, expandSteps } from './expand.ts'
import { factsOf } from './kinds.ts'
import { leavesOf } from './leaves.ts'
import { paramValues, resolveAction } from './resolve.ts'
import type { PlaybookSituation } from './situation.ts'

export interface PlaybookUse {
  playbook: Playbook
  revision: number
  /** `sha256:<hex>` of the revision's text. */
  digest: string
  params: Readonly<Record<string, unknown>>
  situation: PlaybookSituation
  agentKind: PlanDocument['agentKind']
  /** Every region there is. */
  regions: readonly string[]
  /** What would move, in the planner's order. */
  places: Places
}

export type Compiled = { ok: true; document: PlanDocument; leftOut: readonly LeftOut[] } | { ok: false; problems: readonly string[] }

/** More waits than this between two sets of steps go through one barrier. */
const manyEdges = 64

/**
 * A playbook made into a plan: conditions decided, references replaced, every step at every place, and the planner's
 * proven moves in the place of `deploy`. Pure: the same use is the same document, so that its hash can be voted on.
 */
export function compilePlaybook({ playbook, revision, digest, params, situation, agentKind, regions, places }: PlaybookUse, planned: PlanDocument | null): Compiled {
  const given = paramValues(playbook.params, params)
  if (given.problems.length > 0) return { ok: false, problems: given.problems }
  const { instances, leftOut, problems } = expandSteps(playbook, given.values, situation, places)
  const base = planned ?? emptyPlan(situation, agentKind)
  const before = beforeOf(instances, playbook.steps)
  const moves = instances.find((one) => one.step.kind === 'deploy' && one.in)
  if (moves && !planned) problems.push(`${moves.step.id}: there are no planned moves to put here`)
  const said = (to: string, from: string): string => `the playbook ${playbook.name} r${revision} says so: ${to} comes after ${from}`
  const edges: PlanDocument['edges'] = []
  const extra: StepDocument[] = []
  const wait = (keys: readonly string[], to: string, because: string): string[] => {
    for (const from of keys) edges.push({ from, to, because })
    return [...keys]
  }
  const gate = (key: string, keys: readonly string[], because: string): string[] => {
    extra.push({ ...stepForm(base), key, kind: 'barrier', timeoutMs: 60_000, repeatable: true, after: wait(keys, key, because) })
    return [key]
  }

  const kept = new Set(moves && planned ? planned.steps.map((step) => step.key) : [])
  const awaited = new Set(planned?.steps.flatMap((step) => step.after))
  let leaves = moves && planned ? planned.steps.map((step) => step.key).filter((key) => !awaited.has(key)) : []
  const followers = moves ? instances.filter((one) => one.in && before(one).includes(moves)) : []
  if (moves && leaves.length * followers.length > manyEdges) leaves = gate(`playbook:${moves.step.id}:done`, leaves, said('what follows', 'all moves'))
  const keysOf = (from: Instance): readonly string[] => (from.step.kind === 'deploy' ? leaves : [from.key])

  const steps: StepDocument[] = []
  const done: Parameters<typeof leavesOf>[0][number][] = []
  for (const instance of instances.filter((one) => one.in && one !== moves)) {
    const { step, key, region } = instance
    const facts = factsOf(step.kind)
    const main = resolveAction(step.kind, step.with, instance.values)
    const check = step.check ? resolveAction(step.check.kind, step.check.with, instance.values) : null
    const compensate = step.compensate ? resolveAction(step.compensate.kind, step.compensate.with, instance.values) : null
    const wrong = Object.entries({ '': main, check, compensate }).flatMap(([of, one]) => (one && 'problem' in one ? [`${[step.id, of].filter(Boolean).join('.')}: ${one.problem}`] : []))
    problems.push(...wrong)
    if (facts.by === 'agent' && region === null) problems.push(`${step.id}: nothing moves anywhere, so it is not known whose agents do it: name a region`)
    else if (region !== null && !regions.includes(region)) problems.push(`${step.id}: there is no region ${region}`)
    if ('problem' in main) continue
    const mine = facts.by === 'agent' ? region : null
    done.push({ action: main.action, region: mine, compensated: step.compensate !== undefined })
    steps.push({
      ...stepForm(base), key, kind: step.kind, service: instance.service, region: mine, params: main.action.params,
      repeatable: step.repeatable ?? facts.repeatable(main.action.params),
      timeoutMs: step.timeout !== undefined ? millisOf(step.timeout) : step.kind === 'wait' ? Number(main.action.params['ms']) + 60_000 : facts.timeoutMs,
      after: before(instance).flatMap((from) => wait(keysOf(from), key, said(step.id, from.step.id))),
      retry: step.retry ? { times: step.retry.times, backoffMs: millisOf(step.retry.backoff), maxBackoffMs: millisOf(step.retry.max) } : noRetry,
      check: check && 'action' in check ? check.action : null,
      compensate: compensate && 'action' in compensate ? compensate.action : null,
    })
  }
  if (problems.length > 0) return { ok: false, problems: [...new Set(problems)] }

  const roots = planned && moves ? planned.steps.filter((step) => step.after.length === 0) : []
  let first = moves ? [...new Set(before(moves).map((one) => one.key))] : []
  if (moves && first.length * roots.length > manyEdges) first = gate(`playbook:${moves.step.id}:begin`, first, said('every move', 'what comes before'))
  const inPlace = planned && moves ? planned.steps.map((step) => (step.after.length === 0 ? { ...step, after: wait(first, step.key, said('every move', [...new Set(before(moves).map((one) => one.step.id))].join(' and '))) } : step)) : []
  const effects = done.filter(({ action }) => factsOf(action.kind as Instance['step']['kind']).readOnly(action.params) !== true)
  const document: PlanDocument = {
    ...base,
    ...(moves ? {} : { moves: [], migrations: [], groups: [], excused: [], losses: [] }),
    playbook: { name: playbook.name, revision, digest },
    steps: inOrder([...steps, ...extra, ...inPlace]),
    edges: [...base.edges.filter((edge) => kept.has(edge.to)), ...edges],
    locks: { exclusive: [...new Set([...(moves ? base.locks.exclusive : []), ...instances.filter((one) => one.in).flatMap((one) => one.step.locks)])].sort(), shared: moves ? base.locks.shared : [] },
    leaves: [...(moves ? base.leaves : []), ...leavesOf(done)],
    reversible: reversibleOf(moves ? base.reversible : null, steps, done),
    notes: [
      ...base.notes,
      ...leftOut.map(({ step, region, because }) => `${playbook.name} r${revision} leaves out ${step}${region === null ? '' : ` in ${region}`}: ${because}`),
      ...(effects.length > 0 ? [`the proof is of the moves; what else ${playbook.name} r${revision} does is its author’s word`] : []),
    ],
  }
  return { ok: true, document, leftOut }
}

const stepForm = ({ environment, agentKind }: Pick<PlanDocument, 'environment' | 'agentKind'>) => ({ role: 'playbook' as const, service: null, target: null, environment, region: null, agentKind, params: {}, retry: noRetry, check: null, compensate: null })

const emptyPlan = ({ purpose, environment }: PlaybookSituation, agentKind: PlanDocument['agentKind']): PlanDocument => ({
  v: planVersion, purpose, environment, agentKind, playbook: null, moves: [], migrations: [], groups: [], steps: [], edges: [], locks: { exclusive: [], shared: [] }, excused: [], losses: [],
  reversible: { yes: true, because: 'nothing is moved' }, leaves: [], notes: [],
})

/** A switch can be switched back; of anything else that changes something only its compensation says how. */
function reversibleOf(moves: PlanDocument['reversible'] | null, steps: readonly StepDocument[], done: readonly { action: { kind: string } }[]): PlanDocument['reversible'] {
  if (moves && !moves.yes) return moves
  const oneWay = steps.find((step, at) => {
    const kind = done[at]?.action.kind as Instance['step']['kind']
    return step.compensate === null && factsOf(kind).by === 'agent' && !['flag', 'proxy', 'hold-reconciler', 'cdn'].includes(kind) && factsOf(kind).readOnly(step.params) !== true
  })
  if (oneWay) return { yes: false, because: `${oneWay.key} (${oneWay.kind}) names nothing that takes it back` }
  return moves ?? { yes: true, because: 'nothing is moved, and what is switched can be switched back' }
}

/** Every step after those it waits for, else as they were: what reads them front to back may rely on it. */
function inOrder(steps: readonly StepDocument[]): StepDocument[] {
  const placed = new Set<string>()
  const sorted: StepDocument[] = []
  let left = [...steps]
  while (left.length > 0) {
    const next = left.filter((step) => step.after.every((key) => placed.has(key)))
    if (next.length === 0) return [...sorted, ...left]
    for (const step of next) placed.add(step.key)
    sorted.push(...next)
    left = left.filter((step) => !placed.has(step.key))
  }
  return sorted
}
