import type { Action, PlanDocument, StepDocument } from '../../model.ts'
import { noRetry, planVersion } from '../../model.ts'
import type { Playbook } from './document.ts'
import { millisOf } from './duration.ts'
import type { Instance, LeftOut, Places } from './expand.ts'
import { beforeOf, expandSteps } from './expand.ts'
import type { PlaybookKind } from './kinds.ts'
import { factsOf } from './kinds.ts'
import { leavesOf } from './leaves.ts'
import { paramValues, resolveAction } from './resolve.ts'
import type { PlaybookSituation } from './situation.ts'
import { lossesOf, reversibleOf } from './toll.ts'

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

/** An instance with everything that it says put in. */
export interface Resolved {
  instance: Instance
  action: Action
  check: Action | null
  compensate: Action | null
}

/**
 * A playbook made into a plan: conditions decided, references replaced, every step at every place, and the planner's
 * proven moves in the place of `deploy`. Pure: the same use is the same document, so that its hash can be voted on.
 */
export function compilePlaybook(use: PlaybookUse, planned: PlanDocument | null): Compiled {
  const { playbook, revision, digest, situation, agentKind, places } = use
  const given = paramValues(playbook.params, use.params)
  if (given.problems.length > 0) return { ok: false, problems: given.problems }
  const { instances, leftOut, problems } = expandSteps(playbook, given.values, situation, places)
  const moves = instances.find((one) => one.step.kind === 'deploy' && one.in) ?? null
  if (moves && !planned) problems.push(`${moves.step.id}: there are no planned moves to put here`)
  const resolved = instances.filter((one) => one.in && one !== moves).flatMap((one) => resolveInstance(one, use.regions, problems))
  if (problems.length > 0) return { ok: false, problems: [...new Set(problems)] }

  const base = moves && planned ? planned : withoutMoves(planned ?? emptyPlan(situation, agentKind))
  const woven = weave(playbook, `the playbook ${playbook.name} r${revision} says so`, instances, resolved, moves, base)
  const named = `${playbook.name} r${revision}`
  const changing = resolved.some(({ action }) => factsOf(action.kind as PlaybookKind).readOnly(action.params) !== true)
  const document: PlanDocument = {
    ...base,
    playbook: { name: playbook.name, revision, digest },
    steps: inOrder(woven.steps),
    edges: [...base.edges, ...woven.edges],
    locks: { exclusive: [...new Set([...base.locks.exclusive, ...resolved.flatMap(({ instance }) => instance.step.locks)])].sort(), shared: base.locks.shared },
    losses: [...base.losses, ...lossesOf(resolved)],
    leaves: [...base.leaves, ...leavesOf(resolved.map(({ action, compensate, instance }) => ({ action, region: placeOf(instance), compensated: compensate !== null })))],
    reversible: reversibleOf(base.reversible, resolved),
    notes: [
      ...base.notes,
      ...leftOut.map(({ step, region, because }) => `${named} leaves out ${step}${region === null ? '' : ` in ${region}`}: ${because}`),
      ...(changing ? [`the proof is of the moves; what else ${named} does is its author’s word`] : []),
    ],
  }
  return { ok: true, document, leftOut }
}

const emptyPlan = ({ purpose, environment }: PlaybookSituation, agentKind: PlanDocument['agentKind']): PlanDocument => ({
  v: planVersion, purpose, environment, agentKind, playbook: null, moves: [], migrations: [], groups: [], steps: [], edges: [], locks: { exclusive: [], shared: [] }, excused: [], losses: [],
  reversible: { yes: true, because: '' }, leaves: [], notes: [],
})

/** What is left of a plan when nothing is moved. */
const withoutMoves = (plan: PlanDocument): PlanDocument => ({
  ...plan, moves: [], migrations: [], groups: [], steps: [], edges: [], locks: { exclusive: [], shared: [] }, excused: [], losses: [], leaves: [], reversible: { yes: true, because: 'nothing is moved, and what is switched can be switched back' },
})

/** Where an agent does it; null for what the command center does itself. */
const placeOf = ({ step, region }: Instance): string | null => (factsOf(step.kind).by === 'agent' ? region : null)

/** One step with its values, or what is wrong with it. */
function resolveInstance(instance: Instance, regions: readonly string[], problems: string[]): Resolved[] {
  const { step, region, values } = instance
  const resolve = (of: string, action: { kind: PlaybookKind; with: Record<string, unknown> } | undefined): Action | null => {
    if (!action) return null
    const answer = resolveAction(action.kind, action.with, values)
    if ('action' in answer) return answer.action
    problems.push(`${step.id}${of}: ${answer.problem}`)
    return null
  }
  if (factsOf(step.kind).by === 'agent' && region === null) problems.push(`${step.id}: nothing moves anywhere, so it is not known whose agents do it: name a region`)
  else if (region !== null && !regions.includes(region)) problems.push(`${step.id}: there is no region ${region}`)
  const [action, check, compensate] = [resolve('', step), resolve('.check', step.check), resolve('.compensate', step.compensate)]
  return action ? [{ instance, action, check, compensate }] : []
}

/** More waits than this between two sets of steps go through one barrier. */
const manyEdges = 64

/** The steps of playbook and planner in one order, with a reason for every wait. */
function weave(playbook: Playbook, because: string, instances: readonly Instance[], resolved: readonly Resolved[], moves: Instance | null, base: PlanDocument): Pick<PlanDocument, 'steps' | 'edges'> {
  const before = beforeOf(instances, playbook.steps)
  const edges: PlanDocument['edges'] = []
  const steps: StepDocument[] = []
  const form = { role: 'playbook' as const, service: null, target: null, environment: base.environment, region: null, agentKind: base.agentKind, params: {}, retry: noRetry, check: null, compensate: null }
  const wait = (from: readonly string[], to: string, why: string): string[] => {
    edges.push(...from.map((key) => ({ from: key, to, because: `${because}: ${why}` })))
    return [...from]
  }
  /** The keys themselves, or one barrier behind them where `followers` would each wait for all. */
  const gathered = (keys: readonly string[], followers: number, key: string, why: string): readonly string[] => {
    if (keys.length * followers <= manyEdges) return keys
    steps.push({ ...form, key, kind: 'barrier', timeoutMs: 60_000, repeatable: true, after: wait(keys, key, why) })
    return [key]
  }

  const awaited = new Set(base.steps.flatMap((step) => step.after))
  const last = base.steps.map((step) => step.key).filter((key) => !awaited.has(key))
  const done = moves ? gathered(last, resolved.filter(({ instance }) => before(instance).includes(moves)).length, `playbook:${moves.step.id}:done`, 'what follows comes after all moves') : []
  for (const { instance, action, check, compensate } of resolved) {
    const { step, key } = instance
    const after = before(instance).flatMap((from) => wait(from === moves ? done : [from.key], key, `${step.id} comes after ${from.step.id}`))
    steps.push({ ...form, key, kind: step.kind, service: instance.service, region: placeOf(instance), params: action.params, ...timesOf(instance, action), after, check, compensate })
  }
  const first = moves ? before(moves) : []
  const names = [...new Set(first.map((one) => one.step.id))].join(' and ')
  const roots = base.steps.filter((step) => step.after.length === 0)
  const begun = moves ? gathered(first.map((one) => one.key), roots.length, `playbook:${moves.step.id}:begin`, `every move comes after ${names}`) : []
  steps.push(...base.steps.map((step) => (step.after.length === 0 ? { ...step, after: wait(begun, step.key, `every move comes after ${names}`) } : step)))
  return { steps, edges }
}

/** How long a step may take, and how often it is tried. */
function timesOf({ step }: Instance, { params }: Action): Pick<StepDocument, 'repeatable' | 'timeoutMs' | 'retry'> {
  const facts = factsOf(step.kind)
  return {
    repeatable: step.repeatable ?? facts.repeatable(params),
    // A pause takes as long as it says, and a minute to be noticed.
    timeoutMs: step.timeout !== undefined ? millisOf(step.timeout) : step.kind === 'wait' ? Number(params['ms']) + 60_000 : facts.timeoutMs,
    retry: step.retry ? { times: step.retry.times, backoffMs: millisOf(step.retry.backoff), maxBackoffMs: millisOf(step.retry.max) } : noRetry,
  }
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
