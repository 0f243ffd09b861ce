import type { DatabaseFacts, ReleaseFacts, TargetFacts } from '../../model.ts'
import { orderAround, raisedBy } from './schema-order.ts'
import type { Reachable } from './schema-version.ts'
import { chooseVersion, excusedOn, reachable, standsAt } from './schema-version.ts'
import type { Move, Precedence, Refusal, Undo, World } from './world.ts'
import { byName, isRefusal } from './world.ts'

/** A target and what it runs on one database. */
export interface User {
  target: TargetFacts
  /** Set where it moves. */
  move: Move | null
  /** What runs on this database now and is left; for one that stays, all that runs. */
  old: readonly ReleaseFacts[]
  /** What will run on this database afterwards. */
  after: readonly ReleaseFacts[]
  /** Something that runs there now cannot use the database as it is. */
  broken: boolean
}

/** One database with everyone on it. Null region = one for all. */
export interface Database {
  name: string
  region: string | null
  facts: DatabaseFacts | null
  users: readonly User[]
  /** The schema version now; null where nothing runs on it and nobody said. */
  version: number | null
}

/** A database that starting a release takes further up. */
export interface Raise {
  database: string
  region: string | null
  from: number
  to: number
  /** Why it cannot be taken back afterwards; null where it can. */
  door: string | null
}

export interface Schemas {
  undos: readonly Undo[]
  raises: readonly Raise[]
  precedences: readonly Precedence[]
  /** Those that cannot move while they serve, and why: their old release would not stand what their new one makes of the database. */
  alone: ReadonlyMap<Move, string>
  /** Those that stay on a database whose version changes. */
  neighbours: readonly TargetFacts[]
  excused: readonly string[]
}

/**
 * What the databases ask for: which versions are taken back, and what has to move before and after. `mend`: what is
 * broken before anything moves is mended where that is possible; else it is excused, and asks for nothing.
 */
export function readSchemas(world: World, mend: boolean): Schemas | Refusal {
  const undos: Undo[] = []
  const raises: Raise[] = []
  const precedences: Precedence[] = []
  const alone = new Map<Move, string>()
  const neighbours = new Map<string, TargetFacts>()
  const excused: string[] = []
  for (const database of databasesOf(world)) {
    const reach = reachable(database)
    if (!reach) continue
    const version = chooseVersion(database, reach, world.situation, mend)
    if (isRefusal(version)) return version
    excused.push(...excusedOn(database, reach.now, version.to !== reach.now))
    if (version.to === reach.now) continue
    for (const { target, move } of database.users) if (!move) neighbours.set(target.targetId, target)
    const chain = undosDownTo(database, reach, version.to)
    undos.push(...chain)
    if (version.to > reach.now) raises.push(raisedBy(database, reach.now, version.to))
    const order = orderAround(version.mends ? database : withoutBroken(database), reach.now, chain)
    precedences.push(...order.precedences)
    for (const [move, because] of order.alone) alone.set(move, because)
  }
  return { undos, raises, precedences, alone, neighbours: [...neighbours.values()], excused }
}

/** What was broken before asks for nothing any more where not everything can be mended; what starts still takes the version up. */
const withoutBroken = (database: Database): Database => ({ ...database, users: database.users.map((user) => (user.broken ? { ...user, old: [] } : user)) })

/** The databases that something moves on. */
function databasesOf(world: World): Database[] {
  const users = new Map<string, { name: string; region: string | null; users: User[] }>()
  const use = (target: TargetFacts, move: Move | null, old: readonly ReleaseFacts[], after: readonly ReleaseFacts[]): void => {
    for (const { database, scope } of new Map([...old, ...after].flatMap(({ schema }) => (schema ? [[`${schema.database}/${schema.scope}`, schema] as const] : []))).values()) {
      const region = scope === 'global' ? null : target.region
      const on = ({ schema }: ReleaseFacts): boolean => schema !== null && schema.database === database && schema.scope === scope
      const key = `${database}/${region ?? ''}`
      const found = users.get(key) ?? { name: database, region, users: [] }
      users.set(key, found)
      found.users.push({ target, move, old: old.filter(on), after: after.filter(on), broken: false })
    }
  }
  for (const move of world.moves) use(move.target, move, move.now, [move.to])
  for (const { target, now } of world.stays) use(target, null, now, now)
  return [...users]
    .sort(([a], [b]) => byName(a, b))
    .map(([, found]) => found)
    .filter((found) => found.users.some(({ move }) => move))
    .map((found) => {
      const facts = world.situation.databases.find(({ database, region }) => database === found.name && region === found.region) ?? null
      const written = found.users.flatMap(({ old }) => old.map(({ schema }) => schema?.writes ?? 0))
      const version = facts?.version ?? (written.length > 0 ? Math.max(...written) : null)
      const judged = found.users.map((user) => ({ ...user, broken: version !== null && user.old.some((release) => !standsAt(release, version)) }))
      return { ...found, facts, version, users: judged }
    })
}

function undosDownTo(database: Database, { down }: Reachable, to: number): Undo[] {
  return down
    .filter((step) => step.to >= to)
    .map(({ from, to: next, action, because }) => ({
      kind: 'undo', name: `${database.name}:${database.region ?? 'global'}:${from}-${next}`, database: database.name, region: database.region, from, to: next, action, because,
      reachedFrom: database.facts?.reachedFrom ?? database.region ?? '',
    }))
}
