import type { Action, PlanDocument, Situation, StepDocument, TargetFacts } from '#lib/orchestration/model.ts'
import { noRetry, planVersion } from '#lib/orchestration/model.ts'
import type { Chance } from './chance.ts'
import type { Act } from './exists.ts'
import type { Physics } from './physics.ts'

type Drafted = Pick<StepDocument, 'key' | 'role' | 'kind' | 'service' | 'target' | 'region' | 'params' | 'after'>

/** How a way becomes a plan. `together`: all that moves behind a drain is one group; else each is its own. `keep`: the share of the order between different targets that is kept. */
export interface Drafting {
  together: boolean
  keep: number
}

/** A whole plan document that does these acts in this order, or in as much of it as is kept: nothing clever, so that it can be wrong in every way. */
export function draftPlan(world: Situation, physics: Physics, way: readonly Act[], { together, keep }: Drafting, draw: Chance): PlanDocument {
  const acts = together ? asOneGroup(way) : way
  const drained = new Set(acts.flatMap((act) => (act.act === 'drain' ? [act.mover] : [])))
  const targetOf = (mover: number): TargetFacts => physics.targets[mover] as TargetFacts
  const groups = new Map(physics.movers.map((mover) => [mover, drained.has(mover) ? (together ? 'all' : `group ${mover}`) : null]))
  const migrations: PlanDocument['migrations'] = []
  const inOrder: Omit<Drafted, 'after'>[] = physics.movers.flatMap((mover) => preparations(targetOf(mover)))
  for (const act of acts) {
    if (act.act === 'migrate') {
      const { name, database, region, reachedFrom } = physics.databases[act.database] as Physics['databases'][number]
      const key = `migrate:${name}:${act.to}`
      migrations.push({ database, region, from: act.from, to: act.to, step: key, group: null })
      inOrder.push({ key, role: 'migrate', ...act.action, service: null, target: null, region: reachedFrom })
    } else inOrder.push(...stepsOf(act, targetOf(act.mover), physics, drained.has(act.mover)))
  }
  const first = new Map(physics.movers.map((mover) => [targetOf(mover).targetId, drained.has(mover) ? 'drain' : 'deploy']))
  const ordered = (one: Omit<Drafted, 'after'>, other: Omit<Drafted, 'after'>): boolean => {
    if (one.role === 'stage' || one.role === 'hold') return one.target === other.target && first.get(other.target ?? '') === other.role
    if (other.role === 'stage' || other.role === 'hold') return false
    if (one.target === other.target && aboutOf(one) === aboutOf(other)) return true
    return (together && oneGroup.some(([a, b]) => a.includes(one.role) && b.includes(other.role) && drained.has(physics.targets.findIndex((target) => target.targetId === other.target)))) || draw.often(keep)
  }
  const steps: Drafted[] = inOrder.map((step, index) => ({ ...step, after: inOrder.slice(0, index).filter((one) => ordered(one, step)).map((one) => one.key) }))
  return {
    v: planVersion,
    purpose: world.purpose,
    environment: world.environment,
    agentKind: world.agentKind,
    playbook: null,
    moves: physics.movers.map((mover) => {
      const { targetId, service, region, running, goTo } = targetOf(mover)
      const to = goTo as NonNullable<typeof goTo>
      return { target: targetId, service, region, from: (running ?? []).map(({ digest, release }) => ({ digest, version: release?.version ?? null })), to: { releaseId: to.releaseId, version: to.version, digest: to.digest, url: to.url }, why: 'asked', group: groups.get(mover) ?? null }
    }),
    migrations,
    groups: [...new Set([...groups.values()].filter((group) => group !== null))].map((key) => ({ key, because: 'drawn' })),
    steps: steps.map((step) => ({ ...step, environment: world.environment, agentKind: world.agentKind, repeatable: true, timeoutMs: 60_000, retry: noRetry, check: null, compensate: null })),
    edges: steps.flatMap((step) => step.after.map((from) => ({ from, to: step.key, because: 'drawn' }))),
    locks: {
      exclusive: [...physics.movers.map((mover) => lockOf(world, targetOf(mover))), ...migrations.map(({ database, region }) => `schema:${world.environment}/${database}/${region ?? 'global'}`)],
      shared: physics.targets.flatMap((target, index) => (physics.movers.includes(index) ? [] : [lockOf(world, target)])),
    },
    excused: physics.excused.map(({ names }) => `broken already: ${names.join(' and ')}`),
    losses: [],
    reversible: { yes: true, because: 'drawn' },
    leaves: [],
    notes: [],
  }
}

/** Acts that move everything, in an order that nobody thought about. */
export function anyWay(physics: Physics, draw: Chance): Act[] {
  const parts = physics.movers.map((mover): Act[] => (draw.often(0.5) ? [{ act: 'serve', mover }, { act: 'served', mover }] : [{ act: 'drain', mover }, { act: 'stop', mover }, { act: 'start', mover }, { act: 'open', mover }]))
  const chains = physics.databases.map(({ undo }, database): Act[] => (draw.often(0.5) ? [] : undo.slice(0, draw.below(undo.length + 1)).flatMap(({ from, to, action }) => (action ? [{ act: 'migrate' as const, database, from, to, action }] : []))))
  const left = [...parts, ...chains].filter((part) => part.length > 0).map((part) => [...part])
  const way: Act[] = []
  while (left.length > 0) {
    const part = draw.pick(left)
    // Mostly a move is gone through with before the next begins.
    for (let count = draw.often(0.6) ? part.length : 1; count > 0; count--) way.push(part.shift() as Act)
    if (part.length === 0) left.splice(left.indexOf(part), 1)
  }
  return way
}

const stepOf = ({ targetId, service, region }: TargetFacts, role: StepDocument['role'], params: Record<string, unknown>): Omit<Drafted, 'after'> => ({ key: `${role}:${service}:${region}`, role, kind: role, service, target: targetId, region, params: { service, ...params } })
const bytesOf = ({ goTo }: TargetFacts): Record<string, unknown> => ({ version: goTo?.version, digest: goTo?.digest, url: goTo?.url })

function stepsOf(act: Exclude<Act, { act: 'migrate' }>, target: TargetFacts, physics: Physics, closed: boolean): Omit<Drafted, 'after'>[] {
  const looks = { digest: target.goTo?.digest, instances: target.instances }
  if (act.act === 'drain' || act.act === 'stop') return [stepOf(target, act.act, {})]
  if (act.act === 'open') return [stepOf(target, 'open', {})]
  if (act.act === 'served') return [stepOf(target, 'verify', looks)]
  const purges = act.act === 'start' ? physics.purges(act.mover).flatMap((purge, index) => (purge ? [{ ...stepOf(target, 'purge', {}), ...purge, key: `purge:${target.service}:${target.region}:${index}` }] : [])) : []
  const from = (target.running ?? []).map((one) => one.digest)
  const deploy = stepOf(target, 'deploy', { to: bytesOf(target), from, instances: target.instances, ...(closed && { closed }) })
  return [...purges, deploy, ...(closed ? [stepOf(target, 'verify', { ...looks, closed })] : [])]
}

/** Migrations are about a database. */
const aboutOf = ({ role, key }: Omit<Drafted, 'after'>): string => (role === 'migrate' ? key.slice(0, key.lastIndexOf(':')) : '')

/** What of a group comes before what. */
const oneGroup: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['drain'], ['stop']],
  [['stop'], ['purge', 'deploy']],
  [['verify'], ['open']],
]

/** The same acts with one drain for all: closed and stopped where the first was closed, opened when all has started. */
function asOneGroup(way: readonly Act[]): Act[] {
  const at = way.findIndex((act) => act.act === 'drain')
  const of = (kind: Act['act']): Act[] => way.filter((act) => act.act === kind)
  if (at === -1) return [...way]
  const rest = way.slice(at).filter((act) => !['drain', 'stop', 'open'].includes(act.act))
  return [...way.slice(0, at), ...of('drain'), ...of('stop'), ...rest, ...of('open')]
}

const lockOf = (world: Situation, { service, region }: TargetFacts): string => `target:${world.environment}/${service}/${region}`

function preparations(target: TargetFacts): Omit<Drafted, 'after'>[] {
  const hold: Action | undefined = target.reconciler?.hold
  return [stepOf(target, 'stage', { release: bytesOf(target) }), ...(hold ? [{ ...stepOf(target, 'hold', {}), ...hold }] : [])]
}
