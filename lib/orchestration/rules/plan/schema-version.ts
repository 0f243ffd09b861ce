import type { Action, ReleaseFacts, Situation, TargetFacts } from '../../model.ts'
import type { Database } from './databases.ts'
import { minimise } from './conflict.ts'
import { canComeAlong } from './movers.ts'
import type { Refusal } from './world.ts'
import { refuse, whereIs } from './world.ts'

/** The versions that a database can be brought to: the present one, each that the chain of undos leads down to, and the one that new releases migrate up to. */
export interface Reachable {
  now: number
  down: readonly { from: number; to: number; action: Action; because: string }[]
  /** Where the way down ends, and why: a one-way door. */
  door: { from: number; because: string | null }
  up: number | null
}

/** A release and the versions it can run beside once it has been started: what it reads, and nothing below what it writes. */
interface Demand {
  target: TargetFacts
  stays: boolean
  release: ReleaseFacts
  least: number
  most: number
}

export const standsAt = ({ schema }: ReleaseFacts, version: number): boolean => !schema || (schema.reads[0] <= version && version <= schema.reads[1] && schema.writes <= version)

export function reachable({ version, facts, users }: Database): Reachable | null {
  if (version === null) return null
  const down: { from: number; to: number; action: Action; because: string }[] = []
  let at = version
  let step = facts?.undo.find(({ from }) => from === at)
  while (step?.action && step.to < at) {
    down.push({ ...step, action: step.action })
    at = step.to
    step = facts?.undo.find(({ from }) => from === at)
  }
  const written = Math.max(-Infinity, ...users.flatMap(({ move, after }) => (move ? after.map(({ schema }) => schema?.writes ?? 0) : [])))
  return { now: version, down, door: { from: at, because: step && !step.action ? step.because : null }, up: written > version ? written : null }
}

/**
 * The version that the database is brought to: the present one where all that will use it can, else the highest that
 * the way down leads to; the one that new releases take it up to where they do. What was broken before anything moved is
 * mended by it where that is asked and possible (`mends`), and else excused. A database that nothing new uses stays as it is.
 */
export function chooseVersion(database: Database, reach: Reachable, situation: Situation, mend: boolean): { to: number; mends: boolean } | Refusal {
  if (!database.users.some(({ move, after }) => move && after.length > 0)) return { to: reach.now, mends: true }
  const options = reach.up === null ? [reach.now, ...reach.down.map(({ to }) => to)] : [reach.up]
  for (const mends of mend ? [true, false] : [false]) {
    const demands = demandsOn(database, reach.now, mends)
    const to = options.find((version) => demands.every((demand) => suits(demand, version)))
    if (to !== undefined) return { to, mends }
  }
  return refusalOf(database, reach, demandsOn(database, reach.now, false), options, situation)
}

/** What will run on the database, without what stays and is broken; and, where it need not be mended, without anything of a target that is. */
const demandsOn = ({ users }: Database, now: number, mends: boolean): Demand[] =>
  users.flatMap(({ target, move, after, broken }) =>
    after.filter((release) => !broken || (mends && (move !== null || standsAt(release, now)))).map((release) => demandOf(target, move === null, release)),
  )

const demandOf = (target: TargetFacts, stays: boolean, release: ReleaseFacts): Demand => ({ target, stays, release, least: Math.max(release.schema?.reads[0] ?? 0, release.schema?.writes ?? 0), most: release.schema?.reads[1] ?? Infinity })

/** What is broken before anything moves, as far as the plan has to do with it: what moves, and what stays on a database that changes. */
export const excusedOn = (database: Database, now: number, changes: boolean): string[] =>
  database.users
    .filter(({ move, broken }) => broken && (move !== null || changes))
    .flatMap(({ target, move, old }) => old.filter((release) => !standsAt(release, now)).map((release) => `broken already: ${needs(demandOf(target, !move, release), database)}, and it is at ${now}`))

const suits = ({ least, most }: Demand, version: number): boolean => least <= version && version <= most

const reads = ({ target, release }: Demand, { name }: Database): string => `${target.service} ${release.version} reads schema ${release.schema?.reads[0]} to ${release.schema?.reads[1]} of ${name}`
const writes = ({ target, release }: Demand, { name }: Database): string => `${target.service} ${release.version} writes schema ${release.schema?.writes} of ${name}`
const needs = (demand: Demand, database: Database): string => (demand.least > (demand.release.schema?.reads[0] ?? 0) ? writes(demand, database) : reads(demand, database))

/** A fact that bounds the version. */
interface Bound {
  says: string
  least: number
  most: number
}

/** Which facts leave no version: two that want different ones, a way down that ends too early, or nothing that goes far enough up. */
function refusalOf(database: Database, reach: Reachable, demands: readonly Demand[], options: readonly number[], situation: Situation): Refusal {
  const place = `${database.name}${database.region ? ` in ${database.region}` : ''}`
  const staying = ({ stays, target }: Demand, says: string): string => (stays ? `${whereIs(target)} stays as it is: ${says}` : says)
  const highest = demands.reduce((a, b) => (b.least > a.least ? b : a))
  const lowest = demands.reduce((a, b) => (b.most < a.most ? b : a))
  const asksMost: Bound = { says: staying(highest, needs(highest, database)), least: highest.least, most: Infinity }
  const asksLeast: Bound = { says: staying(lowest, reads(lowest, database)), least: -Infinity, most: lowest.most }
  const door: Bound = { says: doorOf(database, reach, place), least: -Infinity, most: Infinity }
  const top = Math.max(...options)
  const ceiling: Bound = { says: `${place} is at ${reach.now}, and nothing that starts takes it ${reach.up === null ? 'further' : `further than ${reach.up}`}`, least: -Infinity, most: top }
  const conflict = minimise([ceiling, door, asksMost, asksLeast], (kept) => {
    const least = Math.max(...kept.map((bound) => bound.least))
    const most = Math.min(...kept.map((bound) => bound.most))
    return least > most || (kept.includes(door) && !options.some((version) => least <= version && version <= most) && most < top)
  })
  // What is broken could be started first and taken back after: that is not tried, so this is no proof.
  const unsure = database.users.some(({ broken }) => broken) ? 'no plan found: ' : ''
  return refuse(`${unsure}${conflict.map(({ says }) => says).join('; ')}`, conflict.map(({ says }) => says), inTheWay(demands, options, situation))
}

/** Why the way down ends where it does, by the release that went there. */
function doorOf({ users }: Database, { door }: Reachable, place: string): string {
  const took = users.flatMap(({ target, old }) => old.map((release) => ({ service: target.service, release }))).find(({ release }) => release.schema?.writes === door.from)
  const taken = took ? `${took.service} ${took.release.version} took ${place} to ${door.from}` : `${place} was taken to ${door.from}`
  return door.because ? `${taken} and that cannot be undone: ${door.because}` : `${taken}, and nothing says how that is undone`
}

/** The fewest of those that stay without which one of the versions would do; none where those that move do not agree among themselves. */
function inTheWay(demands: readonly Demand[], options: readonly number[], { windows }: Situation): TargetFacts[] {
  const choices = options.flatMap((version) => {
    const unsuited = demands.filter((demand) => !suits(demand, version))
    return unsuited.every(({ stays, target }) => stays && canComeAlong(target, windows)) ? [[...new Set(unsuited.map(({ target }) => target))]] : []
  })
  return choices.sort((a, b) => a.length - b.length)[0] ?? []
}
