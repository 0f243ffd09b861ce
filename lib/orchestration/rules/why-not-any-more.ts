import type { PlanDocument, ReleaseFacts, Situation, StepDocument, StepRole } from '../model.ts'
import { brokenAmong, describe, pairsOf } from './verify/contracts.ts'
import type { Database } from './verify/databases.ts'
import { databasesOf, schemaOn } from './verify/databases.ts'
import { shareOut } from './verify/limits.ts'
import type { Carried, Place } from './verify/scene.ts'
import { firstWrong, nameOf, placeOf, speaksOf } from './verify/scene.ts'

/** A move in the middle of a run. `begun`: the first step that touches it may have been given to an agent; `over`: its last is done. */
interface Turn {
  place: Place
  moved: NonNullable<Place['moved']>
  first: string
  begun: boolean
  over: boolean
}

/** What a run has done, and what an agent may be at. */
interface Progress {
  isDone: (key: string) => boolean
  /** All that it waits for is done: it may be under way. */
  mayHaveBegun: (key: string) => boolean
}

/**
 * Why a run of a plan that was proven must not go on, in one sentence; null where nothing speaks against it. Asked before every lease, so
 * it looks only at what can have changed since the proof: the world. The order is hashed, and a proof of it stays one.
 *
 * `done`: keys of the steps that are over (done or skipped). `next`: the step about to be given to an agent; what speaks only against
 * beginning a move (a window, a limit, an instance to spare) is asked only of moves that it begins. Without it: of all that could begin now.
 *
 * What is seen of a target may lag behind what a step has just reported: what has been switched may still be seen as it was.
 */
export function whyNotAnyMore(plan: PlanDocument, world: Situation, done: ReadonlySet<string>, next: string | null = null): string | null {
  if (plan.environment !== world.environment || plan.agentKind !== world.agentKind) return `the plan is for ${plan.environment} (${plan.agentKind}), and this is ${world.environment} (${world.agentKind})`
  const steps = new Map(plan.steps.map((step) => [step.key, step]))
  const progress: Progress = { isDone: (key) => done.has(key), mayHaveBegun: (key) => steps.get(key)?.after.every((one) => done.has(one)) ?? false }
  const placed = placesNow(plan, world, progress)
  if (typeof placed === 'string') return placed
  const { turns, places } = placed
  const beginning = turns.filter((turn) => !progress.isDone(turn.first) && (next === null ? turn.begun : turn.first === next))
  return (
    firstWrong(turns, (turn) => strangerRuns(turn, progress)) ??
    neighbourIsBroken(plan, places, progress) ??
    firstWrong(databasesOf({ plan, world, places }).values(), (database) => databaseIsElsewhere(plan, database, progress)) ??
    firstWrong(beginning, (turn) => mayNotBegin(turn, plan, world)) ??
    limitIsExceeded(turns, beginning, world)
  )
}

function placesNow(plan: PlanDocument, world: Situation, progress: Progress): { turns: Turn[]; places: Place[] } | string {
  const carried = carriedBy(plan.steps)
  const moves = new Map(plan.moves.map((move) => [move.target, move]))
  const turns: Turn[] = []
  const places: Place[] = []
  for (const target of world.targets) {
    const move = moves.get(target.targetId)
    const by = carried.get(target.targetId)
    moves.delete(target.targetId)
    if (!move || !by) {
      places.push(placeOf(target, null))
      continue
    }
    if (target.goTo?.digest !== move.to.digest) return `${nameOf(target)} should no longer run ${move.to.version}`
    const place = placeOf(target, { move, to: target.goTo, by })
    const first = by.drain?.drain ?? by.deploy
    places.push(place)
    turns.push({ place, moved: { move, to: target.goTo, by }, first, begun: progress.mayHaveBegun(first), over: progress.isDone(by.drain?.open ?? by.verify) })
  }
  const [gone] = moves.values()
  return gone ? `${nameOf(gone)} is not there any more` : { turns, places }
}

function carriedBy(steps: readonly StepDocument[]): Map<string, Carried> {
  const found = new Map<string, Partial<Record<StepRole, string>>>()
  for (const { target, role, key } of steps) if (target !== null) found.set(target, { ...found.get(target), [role]: key })
  return new Map(
    [...found].flatMap(([target, { stage, deploy, verify, drain, stop, open }]): [string, Carried][] => (stage && deploy && verify ? [[target, { stage, deploy, verify, drain: drain && stop && open ? { drain, stop, open } : null }]] : [])),
  )
}

/** What runs is what the move comes from, and what it goes to only once that may have been started. */
function strangerRuns({ place, moved }: Turn, progress: Progress): string | null {
  const { running } = place.target
  if (!running) return `what runs as ${place.name} is not known`
  const from = new Set(moved.move.from.map((one) => one.digest))
  const started = progress.mayHaveBegun(moved.by.deploy)
  const stranger = running.find((one) => !from.has(one.digest) && !(started && one.digest === moved.to.digest))
  if (!stranger) return null
  const what = stranger.release?.version ?? stranger.digest
  return stranger.digest === moved.to.digest ? `${place.name} runs ${what} already, and this run has not started it` : `${place.name} runs ${what}, which is neither what it comes from nor where it goes`
}

/** What still serves and what is to come can be beside every neighbour as it is now. */
function neighbourIsBroken(plan: PlanDocument, places: readonly Place[], progress: Progress): string | null {
  const { pairs, judge } = pairsOf({ places }, ({ caller, provider }) => (caller.moved === null) !== (provider.moved === null))
  const ahead = ({ old, moved }: Place): readonly ReleaseFacts[] => {
    if (!moved) return old
    const closed = progress.isDone(moved.by.drain?.drain ?? moved.by.verify)
    return closed ? [moved.to] : [...old, moved.to]
  }
  return firstWrong(pairs, (pair) => {
    const broken = brokenAmong(ahead(pair.caller), ahead(pair.provider), pair, judge)
    return broken && !speaksOf(plan.excused, pair.caller.target.service, pair.provider.target.service) ? `${describe(broken, pair)}; that was not so when the plan was made` : null
  })
}

/** A database is where what was done has brought it, and a neighbour can use every version that is still to come. */
function databaseIsElsewhere(plan: PlanDocument, { name, database, facts, chain, users }: Database, progress: Progress): string | null {
  const [first] = chain
  if (!first) return null
  const versions = [first.from, ...chain.map(({ to }) => to)]
  const taken = chain.filter(({ step }) => progress.isDone(step)).length
  const begun = chain.filter(({ step }) => progress.mayHaveBegun(step)).length
  const raised = users.flatMap((place) => (place.moved && progress.mayHaveBegun(place.moved.by.deploy) ? (schemaOn(name, place.moved.to, place)?.writes ?? []) : []))
  const version = facts?.version ?? null
  const expected = [...versions.slice(taken, begun + 1), ...raised.filter((writes) => writes > (versions[begun] as number))]
  if (version !== null && !expected.includes(version)) return `${name} is at ${version}, and what was done so far leaves it at ${expected.join(' or ')}`
  return firstWrong(users, (place) => {
    if (place.moved || speaksOf(plan.excused, place.target.service, database)) return null
    return firstWrong(place.old, (release) => {
      const schema = schemaOn(name, release, place)
      const wrong = schema && versions.slice(taken).find((one) => one < schema.reads[0] || one > schema.reads[1] || one < schema.writes)
      return wrong === undefined || wrong === null ? null : `${place.name} ${release.version} would find ${name} at ${wrong}; that was not so when the plan was made`
    })
  })
}

function mayNotBegin({ place, moved }: Turn, plan: PlanDocument, world: Situation): string | null {
  const { target, name } = place
  if (!moved.by.drain && target.instances - 1 < target.minUp) return `${name} cannot spare an instance any more`
  const window = world.windows.find(({ kind, rollback, targetIds }) => (kind === 'maintenance' || plan.purpose === 'deployment' || !rollback) && targetIds.includes(target.targetId))
  return window ? `${name} is in the ${window.kind} ${window.name} until ${window.until}` : null
}

/** What has gone out since, with what may be under way and what would begin, is no more than may be out. */
function limitIsExceeded(turns: readonly Turn[], beginning: readonly Turn[], world: Situation): string | null {
  const byId = new Map(turns.map((turn) => [turn.place.target.targetId, turn]))
  const targets = new Map(world.targets.map((target) => [target.targetId, target]))
  const inMaintenance = new Set(world.windows.flatMap((window) => (window.kind === 'maintenance' ? window.targetIds : [])))
  return firstWrong(world.limits, (limit) => {
    let out = 0
    let more = false
    for (const { targetId, weight } of limit.members) {
      const turn = byId.get(targetId)
      const gone = (targets.get(targetId)?.out ?? false) || inMaintenance.has(targetId)
      if (gone) out += weight
      else if (turn?.begun && !turn.over) out += shareOut(turn.place, turn.moved, weight, limit.kind)
      if (turn && !gone && beginning.includes(turn)) more = true
    }
    return more && out > limit.mayBeOut + 1e-9 ? `${Number(out.toFixed(3))} of ${limit.name} would be out at once, and ${limit.mayBeOut} may be` : null
  })
}
