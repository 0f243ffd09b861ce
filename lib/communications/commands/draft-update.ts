import { z } from 'zod'
import { incidentScope } from '#lib/incidents/queries/scope.ts'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { audienceSchema, nobody, phaseSchema, textSchema } from '../model.ts'
import { textDigest } from '../rules/text-digest.ts'

export const draftUpdate = command({
  name: 'update.draft',
  summary: 'Draft what to tell an audience. Its text never changes: another text is another draft.',
  permission: 'update.draft',
  status: 201,
  input: z.strictObject({
    incidentId: z.uuid(),
    audience: audienceSchema,
    phase: phaseSchema,
    text: textSchema,
    nextUpdateAt: z.iso.datetime({ offset: true }).nullish().describe('By when they hear again'),
  }),

  async load({ tx }, { incidentId }) {
    const incident = await tx.incident.findUnique({ where: { id: incidentId } })
    if (!incident) throw new Fault('not_found', 'there is no such incident here')
    return { subject: incident, scope: await incidentScope(tx, incident) }
  },

  async run({ tx, actor, now, newId }, { incidentId, audience, phase, text, nextUpdateAt }, incident) {
    const refuse = (field: string, message: string): Fault => new Fault('invalid', `${field}: ${message}`, { fields: [{ field, message }] })
    if (audience === 'public' && incident.kind === 'drill') throw refuse('audience', 'a drill has no public audience')
    if (nextUpdateAt && new Date(nextUpdateAt) <= now) throw refuse('nextUpdateAt', 'this time is over already; name a later one')
    const id = newId()
    const digest = textDigest(text)
    await tx.update.create({
      data: {
        id, projectId: incident.projectId, incidentId, kind: incident.kind, audience, status: 'draft', phase, text, textDigest: digest, authorId: personId(actor) ?? nobody, createdAt: now,
        nextUpdateAt: nextUpdateAt ? new Date(nextUpdateAt) : null,
      },
    })
    return {
      result: { updateId: id, textDigest: digest },
      events: [{ name: 'update.changed', subject: id, version: 1, incidentId, data: { audience, status: 'draft' } }],
      record: { subjectKind: 'update', subjectId: id, incidentId, payload: { textDigest: digest } },
    }
  },
})
