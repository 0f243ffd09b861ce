import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { projectOf } from '#lib/platform/project.ts'
import { canonicalJson } from '#lib/platform/rules/hash.ts'
import type { CriteriaDocument } from '../model.ts'
import { criteriaDocumentSchema } from '../model.ts'

export const applyCriteria = command({
  name: 'criteria.apply',
  summary: 'Set when to act: the next revision of the criteria of this name. The same document again changes nothing.',
  permission: 'criteria.write',
  input: z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and hyphens, at most 60'),
    document: criteriaDocumentSchema,
    reason: z.string().trim().min(3, 'say why, in a few words').max(500),
  }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, actor, now, newId }, { name, document, reason }, projectId) {
    await refuseUnknownNames(tx, projectId, document)
    await tx.$executeRaw`insert into criteria (id, project_id, name, revision) values (${newId()}::uuid, ${projectId}::uuid, ${name}, 0) on conflict do nothing`
    // Whoever holds the row writes the next revision; a second one waits here and sees it.
    const [row] = await tx.$queryRaw<{ id: string; revision: number }[]>`select id, revision from criteria where project_id = ${projectId}::uuid and name = ${name} for update`
    const { id, revision } = must(row, 'criteria that were just made')
    const before = await tx.criteriaRevision.findUnique({ where: { criteriaId_revision: { criteriaId: id, revision } }, select: { document: true } })
    if (before && canonicalJson(before.document) === canonicalJson(document)) return { result: { criteriaId: id, name, revision, changed: false }, events: [] }

    const next = revision + 1
    await tx.criteriaRevision.create({ data: { criteriaId: id, revision: next, document: document as never, author: actor.name, reason, createdAt: now } })
    await tx.criteria.update({ where: { id, revision }, data: { revision: next } })
    return { result: { criteriaId: id, name, revision: next, changed: true }, events: [{ name: 'criteria.changed', subject: id, version: next, data: { name, revision: next } }] }
  },
})

/** A name that does not exist would be a rule that never judges anything, and nobody would know. */
async function refuseUnknownNames(tx: Tx, projectId: string, { environments, services }: CriteriaDocument): Promise<void> {
  const known = {
    environments: new Set((await tx.environment.findMany({ where: { projectId, name: { in: environments } }, select: { name: true } })).map((one) => one.name)),
    services: new Set(['*', ...(await tx.service.findMany({ where: { projectId, name: { in: services } }, select: { name: true } })).map((one) => one.name)]),
  }
  const fields = [
    ...environments.flatMap((name, i) => (known.environments.has(name) ? [] : [{ field: `document.environments.${i}`, message: `there is no environment ${name}` }])),
    ...services.flatMap((name, i) => (known.services.has(name) ? [] : [{ field: `document.services.${i}`, message: `there is no service ${name}` }])),
  ]
  if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
}
