import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'

export const setOnCall = command({
  name: 'on-call.apply',
  summary: 'Say who is on call for a team: the whole list, first to be told at level 1.',
  permission: 'people.manage',
  input: z.strictObject({
    team: z.string().trim().min(1).max(60).describe('The short name of the team'),
    people: z
      .array(z.strictObject({ email: z.string().trim().toLowerCase().max(200), level: z.number().int().min(1, 'levels begin at 1').max(9) }))
      .max(9)
      .refine((people) => new Set(people.map((one) => one.level)).size === people.length, 'one person a level'),
  }),

  async load({ tx, actor }, { team }) {
    const projectId = await projectOf(tx, actor)
    const found = await tx.team.findUnique({ where: { projectId_slug: { projectId, slug: team } } })
    if (!found) throw new Fault('not_found', `team: there is no team ${team}`)
    return { subject: found, scope: { projectId, teamIds: [found.id] } }
  },

  async run({ tx, newId }, { people }, team) {
    // Two lists at once would mix; the team's row makes the second wait for the first.
    await tx.$executeRaw`select 1 from team where id = ${team.id}::uuid for update`
    const known = await tx.person.findMany({ where: { email: { in: people.map((one) => one.email) }, disabledAt: null, grants: { some: { projectId: team.projectId } } }, select: { id: true, email: true } })
    const ids = new Map(known.map((person) => [person.email, person.id]))
    const fields = people.flatMap(({ email }, index) => (ids.has(email) ? [] : [{ field: `people.${index}.email`, message: `nobody with the address ${email} works in this project` }]))
    if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
    await tx.onCall.deleteMany({ where: { teamId: team.id } })
    await tx.onCall.createMany({ data: people.map(({ email, level }) => ({ id: newId(), projectId: team.projectId, teamId: team.id, personId: ids.get(email) ?? '', level })) })
    return { result: { team: team.slug, people: people.length }, events: [{ name: 'on-call.changed' as const, subject: team.id, version: 1 }] }
  },
})
