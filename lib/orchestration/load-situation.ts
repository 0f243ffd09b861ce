import { observationFreshMs } from '#lib/catalog/model.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { declaresSchema } from '#lib/releases/model.ts'
import type { Surroundings } from './load-surroundings.ts'
import { loadSurroundings } from './load-surroundings.ts'
import type { ReleaseFacts, Situation, TargetFacts, WindowFacts } from './model.ts'
import { databasesOf } from './rules/databases.ts'
import type { Reconciler } from './rules/reconciler-of.ts'
import { reconcilerOf } from './rules/reconciler-of.ts'

interface ReleaseRow {
  id: string
  service_id: string
  version: string
  digest: string
  url: string
  declares: unknown
}

export interface TargetRow {
  id: string
  service: string
  service_id: string
  region: string
  instances: number
  min_up: number
  repeatable: boolean
  reconciler: Reconciler | null
  observed: { digest: string | null; state: string }[] | null
  observed_at: Date | null
  last_known_good_release_id: string | null
}

/** Where a target should go: a release's id; null where it should go back and has nothing to go to; undefined where it stays. */
export type Destination = (target: TargetRow) => string | null | undefined

/** Where a target could go if it had to come along: a release's id, or null for nowhere. */
export type Candidate = (target: TargetRow) => string | null

const lastKnownGood: Candidate = (target) => target.last_known_good_release_id

/**
 * Everything the planner needs about one environment, in four reads whatever its size. Targets that `goTo` answers
 * undefined for stay. Only releases that run somewhere or are a way to go are read.
 */
export async function loadSituation(
  tx: Tx, projectId: string, environmentId: string, purpose: Situation['purpose'], goTo: Destination, now: Date, candidateOf: Candidate = lastKnownGood, freshMs: number = observationFreshMs,
): Promise<{ situation: Situation; serviceIds: string[] }> {
  const environment = await tx.environment.findUnique({ where: { id: environmentId } })
  if (!environment) throw new Fault('not_found', 'there is no such environment')
  const rows = await tx.$queryRaw<TargetRow[]>`
    select t.id, s.name as service, t.service_id, r.name as region, t.instances, t.min_up, s.repeatable, s.reconciler, t.observed, t.observed_at, t.last_known_good_release_id
    from target t join service s on s.id = t.service_id join region r on r.id = t.region_id
    where t.environment_id = ${environmentId}::uuid order by s.name, r.name`
  const placed = rows.map((row) => ({ row, to: goTo(row), candidate: candidateOf(row), seen: seenOf(row, now, freshMs) }))
  const releases = await loadReleases(tx, projectId, placed)
  const surroundings = await loadSurroundings(tx, projectId, environmentId, environment.name, now)

  const targets = placed.map(({ row, to, candidate, seen }): TargetFacts => ({
    targetId: row.id,
    service: row.service,
    region: row.region,
    instances: row.instances,
    minUp: row.min_up,
    repeatable: row.repeatable,
    running: seen && countByDigest(seen, (digest) => releases.byDigest.get(`${row.service_id} ${digest}`) ?? null),
    goTo: to ? (releases.byId.get(to) ?? null) : null,
    why: 'asked',
    candidate: candidate ? (releases.byId.get(candidate) ?? null) : null,
    // Whom nobody has seen nobody can count on.
    out: (seen ?? []).filter((instance) => instance.state === 'healthy').length < row.min_up,
    reconciler: row.reconciler && reconcilerOf(row.reconciler, { service: row.service, region: row.region, environment: environment.name }),
  }))
  return {
    serviceIds: [...new Set(placed.flatMap(({ row, to }) => (to ? [row.service_id] : [])))],
    situation: {
      purpose,
      environment: environment.name,
      agentKind: environment.kind as 'real' | 'drill',
      targets,
      missing: placed.flatMap(({ row, to }) => (to === null ? [`${row.service} in ${row.region}`] : [])),
      regions: surroundings.regions,
      databases: databasesOf(targets, surroundings.schemas, surroundings.undos, surroundings.regions),
      limits: surroundings.limits,
      windows: surroundings.windows.map((window) => windowFacts(window, targets)),
    },
  }
}

/** What was seen on a target, or null where that was too long ago to be known. */
const seenOf = ({ observed, observed_at: at }: TargetRow, now: Date, freshMs: number): TargetRow['observed'] => (observed && at && now.getTime() - at.getTime() <= freshMs ? observed : null)

interface Placed {
  row: TargetRow
  to: string | null | undefined
  candidate: string | null
  seen: TargetRow['observed']
}

/** The releases that run somewhere or are a way to go, by id, and by service and digest (of two with the same bytes, the newer). */
async function loadReleases(tx: Tx, projectId: string, placed: readonly Placed[]): Promise<{ byId: Map<string, ReleaseFacts>; byDigest: Map<string, ReleaseFacts> }> {
  const ids = new Set(placed.flatMap(({ to, candidate }) => [to, candidate].flatMap((id) => id ?? [])))
  const digests = new Set(placed.flatMap(({ seen }) => (seen ?? []).flatMap((instance) => instance.digest ?? [])))
  const services = new Set(placed.map(({ row }) => row.service_id))
  const rows = await tx.$queryRaw<ReleaseRow[]>`
    select r.id, r.service_id, r.version, r.digest, a.url, r.declares from release r join artifact a on a.project_id = r.project_id and a.digest = r.digest
    where r.project_id = ${projectId}::uuid and (r.id = any(${[...ids]}::uuid[]) or (r.digest = any(${[...digests]}::text[]) and r.service_id = any(${[...services]}::uuid[])))
    order by r.created_at, r.id`
  const facts = rows.map((row) => ({ row, release: factsOf(row) }))
  return {
    byId: new Map(facts.map(({ row, release }) => [row.id, release])),
    byDigest: new Map(facts.map(({ row, release }) => [`${row.service_id} ${row.digest}`, release])),
  }
}

function factsOf(row: ReleaseRow): ReleaseFacts {
  const { offers, calls, schema, oneWay, besideItself, residue, flags } = declaresSchema.parse(row.declares)
  return {
    releaseId: row.id, version: row.version, digest: row.digest, url: row.url, offers, calls, oneWay, besideItself, residue, flags,
    schema: schema && { database: schema.database, scope: schema.scope, reads: schema.reads, writes: schema.writes },
  }
}

function countByDigest(observed: readonly { digest: string | null; state: string }[], releaseOf: (digest: string) => ReleaseFacts | null): NonNullable<TargetFacts['running']> {
  const counts = new Map<string, number>()
  for (const { digest, state } of observed) if (digest && state !== 'stopped') counts.set(digest, (counts.get(digest) ?? 0) + 1)
  return [...counts].map(([digest, instances]) => ({ digest, instances, release: releaseOf(digest) }))
}

function windowFacts({ services, regions, ...window }: Surroundings['windows'][number], targets: readonly TargetFacts[]): WindowFacts {
  const [inServices, inRegions] = [new Set(services), new Set(regions)]
  const covers = (target: TargetFacts): boolean => (services.length === 0 || inServices.has(target.service)) && (regions.length === 0 || inRegions.has(target.region))
  return { ...window, targetIds: targets.filter(covers).map((target) => target.targetId) }
}
