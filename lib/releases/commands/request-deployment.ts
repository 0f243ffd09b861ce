import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { freshObservation, loadReleaseFor, loadTargetsForUpdate } from '../load.ts'
import { defaultSoakSeconds, versionSchema } from '../model.ts'
import { refusedByQuarantine } from '../queries/quarantined.ts'
import { majorityDigest } from '../rules/majority.ts'

export const requestDeployment = command({
  name: 'deployment.request',
  summary: 'Ask for a release to be brought to an environment. It is carried out as soon as it is planned and proven.',
  permission: 'deployment.request',
  status: 202,
  input: z.strictObject({
    service: z.string().min(1).max(60),
    version: versionSchema,
    environment: z.string().min(1).max(60),
    regions: z.array(z.string().min(1).max(60)).min(1).max(100).optional().describe('All regions unless said'),
    soakSeconds: z.number().int().min(1).max(86_400).default(defaultSoakSeconds).describe('How long it must run without a breach to be known good'),
  }),

  load: ({ tx, actor }, input) => loadReleaseFor(tx, actor, input),

  async run({ tx, actor, now, newId }, { regions, soakSeconds }, { service, environment, release }) {
    const refused = await refusedByQuarantine(tx, [release.id])
    if (refused) throw new Fault('conflict', refused, { releaseId: release.id })
    // One at a time for a service in an environment: whoever comes second sees the first.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`deployment:${service.id}:${environment.id}`}))`
    const live = await tx.deployment.findFirst({ where: { serviceId: service.id, environmentId: environment.id, status: { in: ['requested', 'running'] } } })
    if (live) throw new Fault('conflict', `a deployment of ${service.name} to ${environment.name} is ${live.status}; wait for it to end`, { deploymentId: live.id })

    const all = await loadTargetsForUpdate(tx, service.id, environment.id)
    if (all.length === 0) throw new Fault('conflict', `${service.name} has no target in ${environment.name}; declare one in the catalog first`)
    const fields = (regions ?? []).flatMap((region, n) =>
      all.some((target) => target.region === region) ? [] : [{ field: `regions.${n}`, message: `${service.name} has no target in ${environment.name}/${region}; it has ${all.map((target) => target.region).sort().join(', ')}` }],
    )
    if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
    const targets = all.filter((target) => !regions || regions.includes(target.region))

    const releases = await tx.release.findMany({ where: { serviceId: service.id }, select: { id: true, digest: true }, orderBy: { createdAt: 'asc' } })
    const runningOn = (target: (typeof targets)[number]): string | null => {
      const digest = majorityDigest(freshObservation(target, now))
      const candidates = releases.filter((one) => one.digest === digest)
      // The same bytes may have two versions: the one that should run there is the likelier.
      return (candidates.find((one) => one.id === target.desiredReleaseId) ?? candidates[0])?.id ?? null
    }
    const id = newId()
    await tx.deployment.create({
      data: {
        id, projectId: service.projectId, serviceId: service.id, environmentId: environment.id, releaseId: release.id, kind: environment.kind, status: 'requested', requestedBy: actor.id, soakSeconds, createdAt: now,
        targets: { create: targets.map((target) => ({ targetId: target.id, fromReleaseId: runningOn(target) })) },
      },
    })
    return { result: { deploymentId: id }, events: [{ name: 'deployment.requested', subject: id, version: 1, data: { service: service.name, environment: environment.name, version: release.version, status: 'requested', runId: null } }] }
  },
})
