import { observationFreshMs } from '#lib/catalog/model.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { declaresSchema } from '#lib/releases/model.ts'
import type { ReleaseFacts, Situation, TargetFacts } from './model.ts'

interface ReleaseRow {
  id: string
  service_id: string
  version: string
  digest: string
  url: string
  declares: unknown
}

interface TargetRow {
  id: string
  service: string
  service_id: string
  region: string
  instances: number
  min_up: number
  repeatable: boolean
  observed: { digest: string | null; state: string }[] | null
  observed_at: Date | null
  last_known_good_release_id: string | null
}

/** Where a target should go: a release's id; null where it should go back and has nothing to go to; undefined where it stays. */
export type Destination = (target: TargetRow) => string | null | undefined

/** Everything the planner needs about one environment, in two reads. Targets that `goTo` answers undefined for stay. */
export async function loadSituation(tx: Tx, projectId: string, environmentId: string, purpose: Situation['purpose'], goTo: Destination, now: Date): Promise<{ situation: Situation; serviceIds: string[] }> {
  const environment = await tx.environment.findUnique({ where: { id: environmentId } })
  if (!environment) throw new Fault('not_found', 'there is no such environment')
  const targets = await tx.$queryRaw<TargetRow[]>`
    select t.id, s.name as service, t.service_id, r.name as region, t.instances, t.min_up, s.repeatable, t.observed, t.observed_at, t.last_known_good_release_id
    from target t join service s on s.id = t.service_id join region r on r.id = t.region_id
    where t.environment_id = ${environmentId}::uuid order by s.name, r.name`
  const releases = await tx.$queryRaw<ReleaseRow[]>`
    select r.id, r.service_id, r.version, r.digest, a.url, r.declares from release r join artifact a on a.project_id = r.project_id and a.digest = r.digest
    where r.project_id = ${projectId}::uuid and r.service_id = any(${[...new Set(targets.map((target) => target.service_id))]}::uuid[])`
  const regions = await tx.region.findMany({ where: { projectId } })
  const facts = new Map(releases.map((release) => [release.id, factsOf(release)]))
  const byDigest = (serviceId: string, digest: string): ReleaseFacts | null => {
    const found = releases.find((release) => release.service_id === serviceId && release.digest === digest)
    return found ? (facts.get(found.id) ?? null) : null
  }

  const asFacts = (target: TargetRow): TargetFacts => {
    const destination = goTo(target)
    const known = target.observed !== null && target.observed_at !== null && now.getTime() - target.observed_at.getTime() <= observationFreshMs
    return {
      targetId: target.id,
      service: target.service,
      region: target.region,
      instances: target.instances,
      minUp: target.min_up,
      repeatable: target.repeatable,
      running: known ? countByDigest(target.observed ?? [], (digest) => byDigest(target.service_id, digest)) : null,
      goTo: destination ? (facts.get(destination) ?? null) : null,
      why: 'asked',
      candidate: target.last_known_good_release_id ? (facts.get(target.last_known_good_release_id) ?? null) : null,
      out: false,
      reconciler: null,
    }
  }
  const moving = targets.filter((target) => goTo(target))
  return {
    serviceIds: [...new Set(moving.map((target) => target.service_id))],
    situation: {
      purpose,
      environment: environment.name,
      agentKind: environment.kind as 'real' | 'drill',
      targets: targets.map(asFacts),
      missing: targets.filter((target) => goTo(target) === null).map((target) => `${target.service} in ${target.region}`),
      regions: regions.map((region) => ({ name: region.name, rtoSeconds: region.rtoSeconds, trafficShare: region.trafficShare, kinds: null })),
      databases: [],
      limits: [],
      windows: [],
    },
  }
}

function factsOf(row: ReleaseRow): ReleaseFacts {
  const { offers, calls, schema, oneWay, besideItself, residue, flags } = declaresSchema.parse(row.declares)
  return { releaseId: row.id, version: row.version, digest: row.digest, url: row.url, offers, calls, schema, oneWay, besideItself, residue, flags }
}

function countByDigest(observed: readonly { digest: string | null; state: string }[], releaseOf: (digest: string) => ReleaseFacts | null): NonNullable<TargetFacts['running']> {
  const counts = new Map<string, number>()
  for (const { digest, state } of observed) if (digest && state !== 'stopped') counts.set(digest, (counts.get(digest) ?? 0) + 1)
  return [...counts].map(([digest, instances]) => ({ digest, instances, release: releaseOf(digest) }))
}
