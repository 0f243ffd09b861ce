import { observationFreshMs } from '#lib/catalog/model.ts'
import type { Actor } from '#lib/platform/actor.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { projectOf } from '#lib/platform/project.ts'
import type { DeploymentStatus } from './model.ts'

export interface DeploymentRow {
  id: string
  projectId: string
  serviceId: string
  environmentId: string
  releaseId: string
  service: string
  environment: string
  releaseVersion: string
  digest: string
  status: DeploymentStatus
  runId: string | null
  soakSeconds: number
  createdAt: Date
  version: number
}

/** A deployment that exists, locked until the transaction ends. */
export async function loadDeploymentForUpdate(tx: Tx, deploymentId: string): Promise<{ subject: DeploymentRow; scope: Scope }> {
  const [row] = await tx.$queryRaw<DeploymentRow[]>`
    select d.id, d.project_id as "projectId", d.service_id as "serviceId", d.environment_id as "environmentId", d.release_id as "releaseId", s.name as service, e.name as environment,
      r.version as "releaseVersion", r.digest, d.status, d.run_id as "runId", d.soak_seconds as "soakSeconds", d.created_at as "createdAt", d.version
    from deployment d join service s on s.id = d.service_id join environment e on e.id = d.environment_id join release r on r.id = d.release_id
    where d.id = ${deploymentId}::uuid for update of d`
  if (!row) throw new Fault('not_found', 'there is no such deployment here')
  return { subject: row, scope: { projectId: row.projectId, environmentId: row.environmentId, serviceIds: [row.serviceId] } }
}

export interface TargetRow {
  id: string
  projectId: string
  serviceId: string
  environmentId: string
  regionId: string
  region: string
  observed: { digest: string | null; state: string }[] | null
  observedAt: Date | null
  desiredReleaseId: string | null
  lastKnownGoodReleaseId: string | null
  version: number
}

/** What was seen on a target, or null where that was too long ago to be known. */
export const freshObservation = (target: TargetRow, now: Date): TargetRow['observed'] =>
  target.observedAt && now.getTime() - target.observedAt.getTime() <= observationFreshMs ? target.observed : null

/** The targets of a service in an environment, locked in one order. */
export const loadTargetsForUpdate = (tx: Tx, serviceId: string, environmentId: string): Promise<TargetRow[]> => tx.$queryRaw<TargetRow[]>`
  select t.id, t.project_id as "projectId", t.service_id as "serviceId", t.environment_id as "environmentId", t.region_id as "regionId", r.name as region, t.observed, t.observed_at as "observedAt",
    t.desired_release_id as "desiredReleaseId", t.last_known_good_release_id as "lastKnownGoodReleaseId", t.version
  from target t join region r on r.id = t.region_id where t.service_id = ${serviceId}::uuid and t.environment_id = ${environmentId}::uuid order by t.id for update of t`

/** One target, locked, or Fault not_found. */
export async function loadTargetForUpdate(tx: Tx, targetId: string): Promise<{ subject: TargetRow; scope: Scope }> {
  const [target] = await tx.$queryRaw<TargetRow[]>`
    select t.id, t.project_id as "projectId", t.service_id as "serviceId", t.environment_id as "environmentId", t.region_id as "regionId", r.name as region, t.observed, t.observed_at as "observedAt",
      t.desired_release_id as "desiredReleaseId", t.last_known_good_release_id as "lastKnownGoodReleaseId", t.version
    from target t join region r on r.id = t.region_id where t.id = ${targetId}::uuid for update of t`
  if (!target) throw new Fault('not_found', 'there is no such target here')
  return { subject: target, scope: { projectId: target.projectId, environmentId: target.environmentId, regionId: target.regionId, serviceIds: [target.serviceId] } }
}

/** A registered release and the environment it is meant for, all by name, or Fault not_found that names what is missing. */
export async function loadReleaseFor(tx: Tx, actor: Actor, names: { service: string; environment: string; version: string }) {
  const projectId = await projectOf(tx, actor)
  const service = await tx.service.findUnique({ where: { projectId_name: { projectId, name: names.service } } })
  if (!service) throw new Fault('not_found', `there is no service ${names.service} here`)
  const environment = await tx.environment.findUnique({ where: { projectId_name: { projectId, name: names.environment } } })
  if (!environment) throw new Fault('not_found', `there is no environment ${names.environment} here`)
  const release = await tx.release.findUnique({ where: { serviceId_version: { serviceId: service.id, version: names.version } } })
  if (!release) throw new Fault('not_found', `${names.service} ${names.version} has not been registered`)
  return { subject: { service, environment, release }, scope: { projectId, environmentId: environment.id, serviceIds: [service.id] } }
}

export interface QuarantineSubject {
  id: string
  projectId: string
  serviceId: string
  service: string
  version: string
}

/** A release, held against every deployment of it that is being let through at this moment; or Fault not_found. */
export async function loadReleaseForQuarantine(tx: Tx, releaseId: string): Promise<{ subject: QuarantineSubject; scope: Scope }> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`quarantine:${releaseId}`}, 0))`
  const [row] = await tx.$queryRaw<(QuarantineSubject & { teamId: string })[]>`
    select r.id, r.project_id as "projectId", r.service_id as "serviceId", s.team_id as "teamId", s.name as service, r.version from release r join service s on s.id = r.service_id where r.id = ${releaseId}::uuid`
  if (!row) throw new Fault('not_found', 'there is no such release here')
  return { subject: row, scope: { projectId: row.projectId, serviceIds: [row.serviceId], teamIds: [row.teamId] } }
}
