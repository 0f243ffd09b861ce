import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { instanceSchema } from '../model.ts'
import { isSameObservation } from '../rules/same-observation.ts'

interface TargetRow {
  id: string
  projectId: string
  serviceId: string
  environmentId: string
  regionId: string
  service: string
  environment: string
  region: string
  version: number
  observed: { digest: string | null; state: string }[] | null
}

/** Bytes that run now and did not run when it was looked before. Where nobody had looked before, nothing is known to have changed. */
function appearedDigests(before: TargetRow['observed'], after: readonly { digest: string | null; state: string }[]): string[] {
  if (!before || before.length === 0) return []
  const known = new Set(before.map((one) => one.digest))
  return [...new Set(after.flatMap(({ digest, state }) => (digest && state !== 'stopped' && !known.has(digest) ? [digest] : [])))]
}

export const recordObservation = command({
  name: 'target.observe',
  summary: 'What an agent sees running on a target, where it differs from what was seen before.',
  permission: 'agent.work',
  input: z.strictObject({ targetId: z.uuid(), instances: z.array(instanceSchema).max(200) }),

  async load({ tx }, { targetId }) {
    const [target] = await tx.$queryRaw<TargetRow[]>`
      select t.id, t.project_id as "projectId", t.service_id as "serviceId", t.environment_id as "environmentId", t.region_id as "regionId", t.version, t.observed, s.name as service, e.name as environment, r.name as region
      from target t join service s on s.id = t.service_id join environment e on e.id = t.environment_id join region r on r.id = t.region_id
      where t.id = ${targetId}::uuid for update of t`
    if (!target) throw new Fault('not_found', 'there is no such target here')
    return { subject: target, scope: { projectId: target.projectId, environmentId: target.environmentId, regionId: target.regionId, serviceIds: [target.serviceId] } }
  },

  async run({ tx, actor, now }, { instances }, target) {
    const observed = [...instances].sort((a, b) => a.id.localeCompare(b.id))
    // Several agents see the same change; whoever comes second has no news, and says only that it was looked.
    if (isSameObservation(target.observed, observed)) {
      await tx.target.update({ where: { id: target.id }, data: { observedAt: now, observedBy: actor.kind === 'agent' ? actor.id : null } })
      return { result: { version: target.version }, events: [] }
    }
    const version = target.version + 1
    const { count } = await tx.target.updateMany({
      where: { id: target.id, version: target.version },
      data: { observed, observedAt: now, observedBy: actor.kind === 'agent' ? actor.id : null, version },
    })
    if (count === 0) throw new Fault('conflict', 'somebody changed this target first')
    const { service, environment, region } = target
    return { result: { version }, events: [{ name: 'target.observed', subject: target.id, version, data: { service, environment, region, appeared: appearedDigests(target.observed, observed) } }] }
  },
})
