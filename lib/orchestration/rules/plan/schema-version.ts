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
  const written = Math.max(...users.flatMap(({ move, after }) => (move ? after.map(({ schema }) => schema?.writes ?? 0) : [])))
  return { now: version, down, door: { from: at, because: step && !step.action ? step.because : null }, up: written > version ? written : null }
}

/**
 * The version that the database is brought to: the present one where all that will use it can, else the highest that
 * the way down leads to, else the one that new releases take it up to. What stays and cannot even now is excused.
 */
export function chooseVersion(database: Database, reach: Reachable, situation: Situation): { to: number; excused: string[] } | Refusal {
  const [demands, broken] = demandsOn(database, reach.now)
  const options = reach.up === null ? [reach.now, ...reach.down.map(({ to }) => to)] : [reach.up]
  const to = options.find((version) => demands.every((demand) => suits(demand, version)))
  if (to === undefined) return refusalOf(database, reach, demands, options, situation)
  return { to, excused: broken.map((demand) => `broken already: ${needs(demand, database)}, and it is at ${reach.now}`) }
}

/** What will run on the database; apart, what stays and is broken now. */
function demandsOn({ users }: Database, now: number): [Demand[], Demand[]] {
  const all = users.flatMap(({ target, move, after }) =>
    after.map((release): Demand => ({ target, stays: !move, release, least: Math.max(release.schema?.reads[0] ?? 0, release.schema?.writes ?? 0), most: release.schema?.reads[1] ?? Infinity })),
  )
  const isBroken = ({ stays, release }: Demand): boolean => stays && !standsAt(release, now)
  return [all.filter((demand) => !isBroken(demand)), all.filter(isBroken)]
}

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
  return refuse(conflict.map(({ says }) => says).join('; '), conflict.map(({ says }) => says), inTheWay(demands, options, situation))
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
