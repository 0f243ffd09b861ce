import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { freshObservation, loadReleaseFor, loadTargetsForUpdate } from '../load.ts'
import { versionSchema } from '../model.ts'
import { refusedByQuarantine } from '../queries/quarantined.ts'
import { runsOnly } from '../rules/majority.ts'

export const adoptRelease = command({
  name: 'target.adopt',
  summary: 'Declare that what runs in an environment now is known good. For the first day, when nothing has been deployed through here yet.',
  permission: 'catalog.write',
  input: z.strictObject({ environment: z.string().min(1).max(60), service: z.string().min(1).max(60), version: versionSchema, reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  load: ({ tx, actor }, input) => loadReleaseFor(tx, actor, input),

  async run({ tx, now, newId }, _input, { service, environment, release }) {
    const refused = await refusedByQuarantine(tx, [release.id])
    if (refused) throw new Fault('conflict', refused)
    const targets = await loadTargetsForUpdate(tx, service.id, environment.id)
    if (targets.length === 0) throw new Fault('conflict', `${service.name} has no target in ${environment.name}; declare one in the catalog first`)
    for (const target of targets) {
      const seen = freshObservation(target, now)
      if (!seen) throw new Fault('conflict', `no agent has seen ${service.name} in ${target.region} lately, so what runs there is not known`)
      if (!runsOnly(seen, release.digest)) throw new Fault('conflict', `what runs of ${service.name} in ${target.region} is not ${release.version}`)
    }
    const breaches = await tx.$queryRaw<{ rule: string }[]>`select rule from breach where closed_at is null and target_id = any(${targets.map((target) => target.id)}::uuid[]) limit 1`
    if (breaches[0]) throw new Fault('conflict', `${breaches[0].rule} is in breach there; a release in breach is not known good`)

    const events: EventDraft[] = []
    for (const target of targets) {
      if (target.desiredReleaseId === release.id && target.lastKnownGoodReleaseId === release.id) continue
      const version = target.version + 1
      await tx.target.update({ where: { id: target.id }, data: { desiredReleaseId: release.id, lastKnownGoodReleaseId: release.id, version } })
      await tx.knownGood.create({ data: { id: newId(), targetId: target.id, releaseId: release.id, deploymentId: null, at: now } })
      events.push({ name: 'target.known-good', subject: target.id, version, data: { releaseId: release.id, deploymentId: null } })
    }
    return { result: { targets: events.map((event) => event.subject) }, events }
  },
})
