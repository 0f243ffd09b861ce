import type { DatabaseFacts, PlanDocument, ReleaseFacts, StepDocument } from '../../model.ts'
import { sameAction } from './same.ts'
import type { Check, Place, Presence, Scene } from './scene.ts'
import { firstWrong, speaksOf } from './scene.ts'

type Migration = PlanDocument['migrations'][number]
type Schema = NonNullable<ReleaseFacts['schema']>

/** One database with all that uses it. */
export interface Database {
  name: string
  database: string
  facts: DatabaseFacts | null
  users: Place[]
  /** At the start: what it is known to be at, else the highest that what runs on it writes. */
  version: number
  /** Versions that are taken back, as the plan has them. */
  chain: Migration[]
}

const keyOf = (database: string, region: string | null): string => `${database} of ${region ?? 'all regions'}`

/** What a release says of one database, seen from a place; null where it is not about that one. */
export const schemaOn = (key: string, release: ReleaseFacts, place: Place): Schema | null => (release.schema && keyOf(release.schema.database, release.schema.scope === 'global' ? null : place.target.region) === key ? release.schema : null)

/** Every database that something that moves uses, or that is migrated. */
export function databasesOf({ plan, world, places }: Pick<Scene, 'plan' | 'world' | 'places'>): Map<string, Database> {
  const databases = new Map<string, Database>()
  const at = (database: string, region: string | null): Database => {
    const name = keyOf(database, region)
    const known = databases.get(name)
    if (known) return known
    const fresh = { name, database, facts: null, users: [], version: 0, chain: [] }
    databases.set(name, fresh)
    return fresh
  }
  for (const facts of world.databases) at(facts.database, facts.region).facts = facts
  for (const place of places) {
    const used = new Set([...place.old, ...(place.moved ? [place.moved.to] : [])].flatMap(({ schema }) => (schema ? [at(schema.database, schema.scope === 'global' ? null : place.target.region)] : [])))
    for (const database of used) database.users.push(place)
  }
  for (const migration of plan.migrations) at(migration.database, migration.region).chain.push(migration)
  for (const database of databases.values()) {
    const written = database.users.flatMap((place) => place.old.flatMap((release) => schemaOn(database.name, release, place)?.writes ?? []))
    database.version = database.facts?.version ?? Math.max(0, ...written)
  }
  return databases
}

/** Databases are taken back one declared version at a time, and never leave what runs on them without a version that it can use. */
export const databasesAreWrong: Check = (scene) => {
  const named = new Set(scene.plan.migrations.map((migration) => migration.step))
  if (named.size !== scene.plan.migrations.length) return 'one step takes back two versions'
  const stray = scene.plan.steps.find((step) => step.role === 'migrate' && !named.has(step.key))
  if (stray) return `${stray.key} would migrate something, and the plan does not say what`
  const steps = new Map(scene.plan.steps.map((step) => [step.key, step]))
  return firstWrong(databasesOf(scene).values(), (database) => chainIsWrong(database, steps, scene) ?? startsAreWrong(database, scene) ?? firstWrong(database.users, (place) => userIsWrong(place, database, scene)))
}

function chainIsWrong({ name, facts, chain, version }: Database, steps: ReadonlyMap<string, StepDocument>, { order }: Scene): string | null {
  return firstWrong(chain.entries(), ([index, { from, to, step: key }]) => {
    const step = steps.get(key)
    if (!step || step.role !== 'migrate') return `${name} is to go from ${from} to ${to}, and no step does that`
    const before = chain[index - 1]
    if (from !== (before?.to ?? version) || to >= from) return `${key} takes ${name} from ${from} to ${to}, and it is at ${before?.to ?? version} then`
    if (before && !order.before(before.step, key)) return `${key} does not wait for ${before.step}, which takes ${name} to the version it starts from`
    const undo = facts?.undo.find((one) => one.from === from && one.to === to)
    if (!undo?.action) return `nothing takes ${name} from ${from} back to ${to}${undo ? `: ${undo.because}` : ''}`
    if (!sameAction(step, undo.action)) return `${key} does not do what takes ${name} from ${from} back to ${to}`
    return step.region === facts?.reachedFrom ? null : `${key} runs in ${step.region ?? 'no region'}, and ${name} is reached from ${facts?.reachedFrom ?? 'nowhere'}`
  })
}

/** Starting a release raises the database to what it writes; a version that is still to be taken back must not be raised again before. */
function startsAreWrong(database: Database, { order }: Scene): string | null {
  const { chain, name } = database
  const last = chain.length - 1
  if (last < 0) return null
  return firstWrong(raisesOf(database), ({ deploy, writes }) => {
    if (order.before((chain[last] as Migration).step, deploy)) return null
    const forced = chain.findIndex((migration) => order.before(deploy, migration.step))
    // The lowest version that it can find while there is still something to take back.
    const next = chain[forced === -1 ? last : forced] as Migration
    return writes > next.from ? `${deploy} would raise ${name} to ${writes} again before ${next.step} takes it from ${next.from} to ${next.to}` : null
  })
}

const raisesOf = (database: Database): { deploy: string; writes: number }[] =>
  database.users.flatMap((place) => {
    const schema = place.moved && schemaOn(database.name, place.moved.to, place)
    return place.moved && schema ? [{ deploy: place.moved.by.deploy, writes: schema.writes }] : []
  })

const suits = (version: number, { reads, writes }: Schema): boolean => version >= reads[0] && version <= reads[1] && version >= writes

function userIsWrong(place: Place, database: Database, scene: Scene): string | null {
  const { version, name } = database
  const broken = place.old.find((release) => schemaOn(name, release, place) && !suits(version, schemaOn(name, release, place) as Schema))
  if (broken) {
    if (!place.moved && !database.chain.length && !raisesOf(database).some(({ writes }) => writes > version)) return null
    return speaksOf(scene.plan.excused, place.target.service, database.database) ? null : `${place.name} ${broken.version} cannot use ${name} at ${version} already at the start, and the plan does not say that it excuses this`
  }
  for (const presence of place.running) {
    const possible = versionsDuring(presence, place, database, scene)
    for (const release of presence.releases) {
      const schema = schemaOn(name, release, place)
      const wrong = schema && [...possible].find((one) => !suits(one, schema))
      if (wrong) return `on the way ${place.name} ${release.version} would find ${name} at ${wrong}, and it reads ${schema.reads.join(' to ')} and writes ${schema.writes}`
    }
  }
  return null
}

/** Every version that a database can be at while something is there. Exact once the chain is whole and nothing is raised in between. */
function versionsDuring({ from, until }: Presence, place: Place, database: Database, { order }: Scene): Set<number> {
  const { chain, version } = database
  const possible = new Set<number>()
  for (let taken = 0; taken < chain.length; taken++) {
    const next = chain[taken] as Migration
    const isOver = from !== null && order.before(next.step, from)
    const isToCome = taken > 0 && until !== null && order.before(until, (chain[taken - 1] as Migration).step)
    if (!isOver && !isToCome) possible.add(next.from)
  }
  const last = chain[chain.length - 1]
  if (last && until !== null && order.before(until, last.step)) return possible

  // All is taken back: from now on what starts may raise it, and what has certainly started certainly has.
  const lowest = last?.to ?? version
  let least = lowest
  const raised: number[] = []
  for (const { deploy, writes } of raisesOf(database)) {
    if (writes <= lowest || (last && order.before(deploy, last.step))) continue
    const certain = from !== null && (deploy === from || order.before(deploy, from)) && (!last || order.before(last.step, deploy))
    if (certain) least = Math.max(least, writes)
    if (until === null || !order.before(until, deploy)) raised.push(writes)
  }
  for (const one of [least, ...raised]) possible.add(Math.max(one, least))
  return possible
}
