import { z } from 'zod'
import { now as clock } from '#lib/platform/clock.ts'
import type { Db } from '#lib/platform/db.ts'
import { query } from '#lib/platform/query.ts'
import { agentSilentMs, observationFreshMs } from '../model.ts'
import { healthOf, runningOf } from '../rules/health.ts'
import type { FleetView, TargetView } from '../view.ts'

interface TargetRow {
  id: string
  service: string
  service_id: string
  environment: string
  region: string
  kind: 'real' | 'drill'
  instances: number
  observed: { digest: string | null; state: string }[] | null
  observed_at: Date | null
  desired_release_id: string | null
  desired_version: string | null
  desired_digest: string | null
  good_release_id: string | null
  good_version: string | null
  breaches: string[]
  run_id: string | null
}

const all = () => ({})

export const fleetView = query({
  name: 'fleet.view',
  summary: 'Every service, where it runs, what runs there and how it is.',
  permission: 'catalog.read',
  input: z.strictObject({}),

  async read({ db, scopes }): Promise<FleetView> {
    const projects = [...scopes.projects]
    const now = clock()
    const [targets, versions, services, regions] = await Promise.all([
      loadTargets(db, projects),
      db.$queryRaw<{ service_id: string; digest: string; version: string }[]>`
        select r.service_id, r.digest, r.version from release r where r.project_id = any(${projects}::uuid[])
          and (r.service_id, r.digest) in (select t.service_id, i ->> 'digest' from target t, jsonb_array_elements(t.observed) i where t.project_id = any(${projects}::uuid[]))
        order by r.created_at`,
      db.service.findMany({ where: { projectId: { in: projects } }, include: { team: true }, orderBy: [{ tier: 'asc' }, { name: 'asc' }] }),
      loadRegions(db, projects, now),
    ])
    return {
      regions,
      services: services.map((service) => {
        const known = versions.filter((one) => one.service_id === service.id)
        return {
          name: service.name, team: service.team.name, tier: service.tier, dataClass: service.dataClass,
          targets: targets.filter((target) => target.service_id === service.id).map((target) => present(target, known, now)),
        }
      }),
    }
  },

  touches: {
    'target.observed': all, 'target.desired': all, 'target.known-good': all, 'catalog.changed': all, 'release.registered': all, 'agent.enrolled': all,
    'run.started': all, 'run.advanced': all, 'run.finished': all, 'trigger.fired': all, 'trigger.cleared': all, 'deployment.requested': all, 'deployment.started': all, 'deployment.finished': all,
  },

  /** Agents' ages and observations go stale by time alone. */
  staleAt({ regions, services }) {
    const now = clock().getTime()
    const stale = services.flatMap((service) => service.targets.map((target) => Date.parse(target.observationGoesStaleAt ?? ''))).filter((at) => at > now)
    const looks = regions.some((region) => region.agents.length > 0) ? [now + 2_000] : []
    // Just after the moment, so that the look finds it passed.
    const next = Math.min(...looks, ...stale.map((at) => at + 1))
    return Number.isFinite(next) ? new Date(next) : null
  },
})

const loadTargets = (db: Db, projects: string[]): Promise<TargetRow[]> => db.$queryRaw<TargetRow[]>`
  select t.id, s.name as service, t.service_id, e.name as environment, r.name as region, t.kind, t.instances, t.observed, t.observed_at,
    t.desired_release_id, d.version as desired_version, d.digest as desired_digest, t.last_known_good_release_id as good_release_id, g.version as good_version,
    coalesce((select array_agg(distinct b.rule order by b.rule) from breach b where b.target_id = t.id and b.closed_at is null), '{}') as breaches,
    (select u.id from step p join run u on u.id = p.run_id where p.target_id = t.id and u.status in ('pending', 'running', 'paused') order by u.id desc limit 1) as run_id
  from target t join service s on s.id = t.service_id join environment e on e.id = t.environment_id join region r on r.id = t.region_id
    left join release d on d.id = t.desired_release_id left join release g on g.id = t.last_known_good_release_id
  where t.project_id = any(${projects}::uuid[]) order by e.kind desc, e.name, r.name`

function present(target: TargetRow, known: readonly { digest: string; version: string }[], now: Date): TargetView {
  const staleAt = target.observed_at ? new Date(target.observed_at.getTime() + observationFreshMs) : null
  const desired = target.desired_release_id && target.desired_version && target.desired_digest ? { releaseId: target.desired_release_id, version: target.desired_version, digest: target.desired_digest } : null
  // The same bytes may have two versions: the one that should run is the one to name.
  const versionOf = (digest: string): string | null => (desired?.digest === digest ? desired.version : (known.find((one) => one.digest === digest)?.version ?? null))
  return {
    id: target.id, service: target.service, environment: target.environment, region: target.region, kind: target.kind, instances: target.instances,
    running: runningOf(target.observed ?? [], versionOf),
    observedAt: target.observed_at?.toISOString() ?? null,
    observationGoesStaleAt: staleAt?.toISOString() ?? null,
    desired: desired && { releaseId: desired.releaseId, version: desired.version },
    lastKnownGood: target.good_release_id && target.good_version ? { releaseId: target.good_release_id, version: target.good_version } : null,
    ...healthOf({ wanted: target.instances, observed: target.observed, fresh: staleAt !== null && staleAt >= now, desired, breaches: target.breaches, moving: target.run_id !== null }),
    breaches: target.breaches,
    runId: target.run_id,
  }
}

async function loadRegions(db: Db, projects: string[], now: Date): Promise<FleetView['regions']> {
  const [regions, agents] = await Promise.all([
    db.region.findMany({ where: { projectId: { in: projects } }, orderBy: { name: 'asc' } }),
    db.agent.findMany({ where: { projectId: { in: projects }, revokedAt: null }, orderBy: { name: 'asc' } }),
  ])
  return regions.map((region) => ({
    name: region.name, jurisdiction: region.jurisdiction, trafficShare: region.trafficShare, rtoSeconds: region.rtoSeconds,
    agents: agents
      .filter((agent) => agent.regionId === region.id)
      .map((agent) => ({ name: agent.name, lastSeenAt: agent.lastSeenAt?.toISOString() ?? null, live: agent.lastSeenAt !== null && now.getTime() - agent.lastSeenAt.getTime() < agentSilentMs })),
  }))
}
