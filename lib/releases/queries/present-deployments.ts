import type { Tx } from '#lib/platform/db.ts'
import type { DeploymentView } from '../view.ts'

interface Row extends Omit<DeploymentView, 'createdAt' | 'finishedAt' | 'targets'> {
  createdAt: Date
  finishedAt: Date | null
}

interface TargetRow extends Omit<DeploymentView['targets'][number], 'soakUntil' | 'knownGoodAt' | 'spoiledAt'> {
  deploymentId: string
  soakUntil: Date | null
  knownGoodAt: Date | null
  spoiledAt: Date | null
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** Deployments as they are shown, newest first, in two reads however many there are. */
export async function presentDeployments(tx: Tx, which: { deploymentId: string } | { releaseId: string }): Promise<DeploymentView[]> {
  const deploymentId = 'deploymentId' in which ? which.deploymentId : null
  const releaseId = 'releaseId' in which ? which.releaseId : null
  const rows = await tx.$queryRaw<Row[]>`
    select d.id, s.name as service, e.name as environment, r.version, d.status, d.because, d.run_id as "runId", d.created_at as "createdAt", d.finished_at as "finishedAt",
      coalesce((select name from person where id::text = d.requested_by), (select name from machine_token where id::text = d.requested_by), d.requested_by) as "requestedBy"
    from deployment d join service s on s.id = d.service_id join environment e on e.id = d.environment_id join release r on r.id = d.release_id
    where d.id = ${deploymentId}::uuid or d.release_id = ${releaseId}::uuid order by d.created_at desc, d.id desc limit 50`
  const targets = await tx.$queryRaw<TargetRow[]>`
    select t.deployment_id as "deploymentId", t.target_id as "targetId", g.name as region, f.version as "from", t.soak_until as "soakUntil", t.known_good_at as "knownGoodAt", t.spoiled_at as "spoiledAt",
      (select digest from snapshot where deployment_id = t.deployment_id and target_id = t.target_id order by taken_at desc, id desc limit 1) as snapshot,
      coalesce((select jsonb_array_length(samples) from baseline where deployment_id = t.deployment_id and target_id = t.target_id order by taken_at desc, id desc limit 1), 0) as "baselineSamples"
    from deployment_target t join target x on x.id = t.target_id join region g on g.id = x.region_id left join release f on f.id = t.from_release_id
    where t.deployment_id = any(${rows.map((row) => row.id)}::uuid[]) order by g.name`
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    finishedAt: iso(row.finishedAt),
    targets: targets
      .filter((target) => target.deploymentId === row.id)
      .map(({ deploymentId: _deployment, soakUntil, knownGoodAt, spoiledAt, ...target }) => ({ ...target, soakUntil: iso(soakUntil), knownGoodAt: iso(knownGoodAt), spoiledAt: iso(spoiledAt) })),
  }))
}
