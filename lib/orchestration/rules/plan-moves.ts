import type { PlanDocument, PlanResult, ReleaseFacts, Situation, StepDocument, TargetFacts } from '../model.ts'
import { noRetry, planVersion } from '../model.ts'
import type { Placed } from './compatibility.ts'
import { breakOf, providers } from './compatibility.ts'
import { lossesOf, reversibility } from './losses.ts'

interface Mover {
  target: TargetFacts
  /** What runs there now; a half-deployed target is several at once. */
  old: readonly ReleaseFacts[]
  to: ReleaseFacts
  share: number
}

interface Precedence {
  first: Mover
  then: Mover
  because: string
}

const no = (because: string): PlanResult => ({ ok: false, because, conflict: [because], alsoMove: null })
const nameOf = (mover: Mover): string => `${mover.target.service}:${mover.target.region}`

/**
 * The order in which targets move so that every mix of versions on the way is allowed, as a DAG with a reason on every
 * edge. Says "no plan found" where it finds none: that is not a proof that none exists.
 */
export function planMoves(situation: Situation): PlanResult {
  const { missing } = situation
  if (missing.length > 0) return no(`${missing.join(' and ')} ${missing.length === 1 ? 'has' : 'have'} no last known good release to go back to; name a version`)
  const going = situation.targets.filter((target) => target.goTo)
  const unseen = going.find((target) => target.running === null)
  if (unseen) return no(`no agent has lately seen what runs as ${unseen.service} in ${unseen.region}; without that nothing is safe to say`)

  const shares = new Map(situation.regions.map((region) => [region.name, region.trafficShare]))
  const movers = going.flatMap((target): Mover[] => {
    const running = target.running ?? []
    const to = target.goTo as ReleaseFacts
    if (running.length > 0 && running.every((one) => one.digest === to.digest)) return []
    return [{ target, to, old: running.flatMap((one) => (one.release && one.digest !== to.digest ? [one.release] : [])), share: shares.get(target.region) ?? 0 }]
  })
  if (movers.length === 0) return no('every target already runs the release it should go to')

  const alone = movers.map(cannotMoveAlone).find((because) => because !== null)
  if (alone) return no(alone)

  const stayers: Placed[] = situation.targets
    .filter((target) => !movers.some((mover) => mover.target.targetId === target.targetId))
    .flatMap((target) => (target.running ?? []).flatMap(({ release }) => (release ? [{ service: target.service, region: target.region, release }] : [])))
  const offeredBy = providers([...stayers, ...movers.flatMap((mover) => [...oldsOf(mover), newOf(mover)])])

  const excused: string[] = []
  for (const mover of movers) {
    for (const stayer of stayers) {
      const pair = pairOf(oldsOf(mover), [stayer], offeredBy)
      const after = pair.clash(newOf(mover), stayer)
      if (after) return no(`${after}; take ${stayer.service} in ${stayer.region} back as well`)
      excused.push(...pair.excused(newOf(mover), stayer))
    }
  }

  const order = precedences(movers, offeredBy, excused)
  if (typeof order === 'string') return no(order)
  return toDocument(situation, movers, [...order, ...regionByRegion(movers)], excused)
}

const newOf = (mover: Mover): Placed => ({ service: mover.target.service, region: mover.target.region, release: mover.to })
const oldsOf = (mover: Mover): Placed[] => mover.old.map((release) => ({ service: mover.target.service, region: mover.target.region, release }))

/** What forbids a target's move whatever the others do. */
function cannotMoveAlone({ target, old, to }: Mover): string | null {
  const where = `${target.service} in ${target.region}`
  if (target.instances - 1 < target.minUp) return `${where} has ${target.instances} instances and needs ${target.minUp} up: replacing one would leave too few`
  const beside = [to, ...old].find((release) => !release.besideItself)
  if (beside && old.length > 0) return `no plan found: ${where} ${beside.version} cannot run beside another release of itself, and moving it behind a drain is not planned here`
  for (const from of old) {
    if (!to.schema || !from.schema || to.schema.database !== from.schema.database) continue
    const [least, most] = to.schema.reads
    const stands = Math.max(from.schema.writes, to.schema.writes)
    if (from.schema.writes < least || from.schema.writes > most) return `${target.service} ${to.version} reads schema ${least} to ${most} of ${to.schema.database}, which ${from.version} has taken to ${from.schema.writes}`
    if (stands > from.schema.reads[1]) return `${target.service} ${to.version} takes ${to.schema.database} to schema ${stands}, which ${from.version} cannot read while both run`
  }
  return null
}

interface Pair {
  /** Why this mix is forbidden, or null. */
  clash(a: Placed, b: Placed): string | null
  /** What is wrong with this mix and was wrong before anything moved. */
  excused(a: Placed, b: Placed): string[]
}

/** A pair of places. What one calls of the other and cannot get even now is excused, in that direction only. */
function pairOf(as: readonly Placed[], bs: readonly Placed[], offeredBy: ReadonlyMap<string, string>): Pair {
  const brokenAlready = (callers: readonly Placed[], ones: readonly Placed[]): boolean => callers.some((caller) => ones.some((one) => breakOf(caller, one, offeredBy)))
  const aBroken = brokenAlready(as, bs)
  const bBroken = brokenAlready(bs, as)
  return {
    clash: (a, b) => (aBroken ? null : breakOf(a, b, offeredBy)) ?? (bBroken ? null : breakOf(b, a, offeredBy)),
    excused: (a, b) => [aBroken ? breakOf(a, b, offeredBy) : null, bBroken ? breakOf(b, a, offeredBy) : null].flatMap((because) => (because ? [`broken already: ${because}`] : [])),
  }
}

/** Order from pairs: where one mix of two movers is forbidden, the other order it is; where both are, no plan is found. */
function precedences(movers: readonly Mover[], offeredBy: ReadonlyMap<string, string>, excused: string[]): Precedence[] | string {
  const found: Precedence[] = []
  for (const [index, a] of movers.entries()) {
    for (const b of movers.slice(index + 1)) {
      const pair = pairOf(oldsOf(a), oldsOf(b), offeredBy)
      const end = pair.clash(newOf(a), newOf(b))
      if (end) return `they would not work together afterwards: ${end}`
      const aFirst = oldsOf(b).map((old) => pair.clash(newOf(a), old)).find(Boolean)
      const bFirst = oldsOf(a).map((old) => pair.clash(old, newOf(b))).find(Boolean)
      if (aFirst && bFirst) return `no plan found: ${nameOf(a)} and ${nameOf(b)} would have to move in the same instant (${aFirst}; ${bFirst})`
      if (aFirst) found.push({ first: b, then: a, because: `${nameOf(b)} first: otherwise ${aFirst}` })
      else if (bFirst) found.push({ first: a, then: b, because: `${nameOf(a)} first: otherwise ${bFirst}` })
      excused.push(...pair.excused(newOf(a), newOf(b)))
    }
  }
  return found
}

/** One region out at a time, the one with the least traffic first, so that a wrong way back is found where it hurts least. */
function regionByRegion(movers: readonly Mover[]): Precedence[] {
  const regions = [...new Map(movers.map((mover) => [mover.target.region, mover.share]))].sort(([a, x], [b, y]) => x - y || a.localeCompare(b)).map(([name]) => name)
  return regions.slice(1).flatMap((region, index) => {
    const before = regions[index] as string
    return movers
      .filter((mover) => mover.target.region === region)
      .flatMap((then) =>
        movers
          .filter((first) => first.target.region === before)
          .map((first) => ({ first, then, because: `${region} waits: ${before} must serve ${first.target.service} ${first.to.version} first (least traffic first, one region at a time)` })),
      )
  })
}

function toDocument(situation: Situation, movers: readonly Mover[], order: readonly Precedence[], excused: string[]): PlanResult {
  const sorted = sortMovers(movers, order)
  if (!sorted) return no('no plan found: the versions ask for one order and the regions for another')
  const { environment, agentKind, purpose } = situation
  const edges: { from: string; to: string; because: string }[] = []
  const link = (from: string, to: string, because: string): string => {
    if (!edges.some((edge) => edge.from === from && edge.to === to)) edges.push({ from, to, because })
    return from
  }
  const early: StepDocument[] = []
  const moves: StepDocument[] = []
  const step = (kind: 'snapshot' | 'stage' | 'deploy' | 'verify', mover: Mover, params: Record<string, unknown>, timeoutMs: number, after: readonly string[] = []): StepDocument => ({
    key: `${kind}:${nameOf(mover)}`, role: kind, kind, retry: noRetry, check: null, compensate: null, service: mover.target.service, target: mover.target.targetId, environment, region: mover.target.region, agentKind, params, repeatable: kind !== 'deploy' || mover.target.repeatable, timeoutMs, after: [...new Set(after)],
  })

  for (const mover of sorted) {
    if (purpose === 'deployment') early.push(step('snapshot', mover, { service: mover.target.service }, 30_000))
    early.push(step('stage', mover, { service: mover.target.service, release: bytesOf(mover.to) }, 120_000))
  }
  for (const mover of sorted) {
    const { service, region, instances } = mover.target
    const deploy = `deploy:${nameOf(mover)}`
    const after = [
      ...early.map((one) =>
        link(one.key, deploy, one.kind === 'stage' ? `nothing is switched until ${one.region} holds the bytes of ${one.service} ${versionOf(one)}` : `the configuration of ${one.service} in ${one.region} is kept before anything changes`),
      ),
      ...order.filter(({ then }) => then === mover).map(({ first, because }) => link(`verify:${nameOf(first)}`, deploy, because)),
    ]
    moves.push(step('deploy', mover, { service, to: bytesOf(mover.to), from: [...new Set((mover.target.running ?? []).map((one) => one.digest))].sort(), instances }, 180_000, after))
    moves.push(step('verify', mover, { service, digest: mover.to.digest, instances }, 60_000, [link(deploy, `verify:${nameOf(mover)}`, `what ${region} really serves is looked at after the switch`)]))
  }
  const document: PlanDocument = {
    v: planVersion, purpose, environment, agentKind, playbook: null, migrations: [], groups: [], leaves: [], notes: [],
    locks: { exclusive: sorted.map(({ target }) => `target:${environment}/${target.service}/${target.region}`).sort(), shared: [] },
    moves: sorted.map(({ target, to }) => ({
      target: target.targetId, service: target.service, region: target.region,
      from: (target.running ?? []).map((one) => ({ digest: one.digest, version: one.release?.version ?? null })).sort((a, b) => a.digest.localeCompare(b.digest)),
      to: { releaseId: to.releaseId, ...bytesOf(to) }, why: target.why, group: null,
    })),
    steps: [...early, ...moves], edges, excused: [...new Set(excused)].sort(),
    losses: lossesOf(sorted.map(({ target, old, to }) => ({ service: target.service, old, to, unknown: (target.running ?? []).some((one) => !one.release) }))),
    reversible: reversibility(sorted.map(({ target, old, to }) => ({ service: target.service, old, to, unknown: (target.running ?? []).some((one) => !one.release) }))),
  }
  return { ok: true, document }
}

const bytesOf = ({ version, digest, url }: ReleaseFacts): { version: string; digest: string; url: string } => ({ version, digest, url })
const versionOf = (step: StepDocument): string => (step.params['release'] as { version: string }).version

/** Kahn's algorithm; among those that may go next, the least traffic first, then by name, so that the same world gives the same plan. */
function sortMovers(movers: readonly Mover[], order: readonly Precedence[]): Mover[] | null {
  const left = [...movers].sort((a, b) => a.share - b.share || nameOf(a).localeCompare(nameOf(b)))
  const sorted: Mover[] = []
  while (left.length > 0) {
    const index = left.findIndex((mover) => order.every(({ first, then }) => then !== mover || sorted.includes(first)))
    if (index < 0) return null
    sorted.push(...left.splice(index, 1))
  }
  return sorted
}
