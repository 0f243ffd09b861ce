import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { may } from '#lib/platform/may.ts'
import type { UpdateRow } from '../load.ts'
import { loadUpdateForUpdate, verdictOf } from '../load.ts'
import type { ComponentState } from '../model.ts'
import { digestSchema } from '../model.ts'
import { publicImpact, publicTitle, stateAfter } from '../rules/public-words.ts'
import { publishable } from '../rules/publishable.ts'
import { changeUpdate, refuseOtherText } from './change-update.ts'

export const publishUpdate = command({
  name: 'update.publish',
  summary: 'Tell the audience. To the public only a spokesperson may, and only what was approved word for word.',
  permission: 'update.draft',
  stepUp: 'project',
  input: z.strictObject({ updateId: z.uuid(), textDigest: digestSchema }),

  async load({ tx }, { updateId }) {
    const { subject, scope } = await loadUpdateForUpdate(tx, updateId)
    return { subject: { update: subject, scope }, scope }
  },

  async run(context, { textDigest }, { update, scope }) {
    const { tx, actor, now } = context
    const person = personId(actor)
    if (!person) throw new Fault('forbidden', 'a person publishes what is said')
    if (update.audience === 'public') {
      const decision = may(actor, 'update.publish', scope)
      if (!decision.allowed) throw new Fault('forbidden', decision.because)
    }
    refuseOtherText(update, textDigest)
    const answer = publishable({ status: update.status, audience: update.audience, phase: update.phase, kind: update.kind, incidentStatus: update.incident.status, verdict: await verdictOf(tx, update.incidentId) })
    if (!answer.ok) throw new Fault('conflict', `not yet: ${answer.because}`, { status: update.status })
    if (update.audience === 'public') await tellPublic(context, update)
    return changeUpdate(context, update, { status: 'published', publishedBy: person, publishedAt: now })
  },
})

/** What the public role can read, in the same commit: the words, and the state of the parts that people know. */
async function tellPublic({ tx, now, newId }: Context, update: UpdateRow): Promise<void> {
  const components = await tx.$queryRaw<{ id: string; name: string; state: ComponentState }[]>`
    select id, name, state from public_component where project_id = ${update.projectId}::uuid and service_ids && ${update.incident.serviceIds}::uuid[] order by position for update`
  const names = components.map((component) => component.name)
  await tx.publicUpdate.create({
    data: {
      id: newId(), projectId: update.projectId, incidentId: update.incidentId, number: update.incident.number, title: publicTitle(names), phase: update.phase, impact: publicImpact(update.incident.severity),
      text: update.text, components: names, publishedAt: now, nextUpdateAt: update.phase === 'resolved' ? null : update.nextUpdateAt,
    },
  })
  const others = await tx.$queryRaw<{ components: string[]; severity: string }[]>`
    select latest.components, i.severity from (
      select distinct on (incident_id) incident_id, phase, components from public_update where project_id = ${update.projectId}::uuid and incident_id <> ${update.incidentId}::uuid order by incident_id, published_at desc
    ) latest join incident i on i.id = latest.incident_id where latest.phase <> 'resolved'`
  for (const component of components) {
    const said = others.filter((other) => other.components.includes(component.name)).map((other): ComponentState => (other.severity === 'SEV1' ? 'outage' : 'degraded'))
    const state = stateAfter(update.phase, update.incident.severity, said)
    if (state && state !== component.state) await tx.publicComponent.update({ where: { id: component.id }, data: { state, stateSince: now } })
  }
}
