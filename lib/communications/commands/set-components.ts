import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'

export const setComponents = command({
  name: 'status.components',
  summary: 'Say which parts the status page shows, in order, and which services each is made of. What the public was told of a part stays.',
  permission: 'catalog.write',
  input: z.strictObject({
    components: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(80), services: z.array(z.string().min(1).max(60)).min(1, 'name at least one service').max(100) }))
      .max(100)
      .refine((components) => new Set(components.map((one) => one.name)).size === components.length, 'names are unique'),
  }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, now, newId }, { components }, projectId) {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`components of ${projectId}`}, 0))`
    const services = new Map((await tx.service.findMany({ where: { projectId }, select: { id: true, name: true } })).map((service) => [service.name, service.id]))
    const fields = components.flatMap((component, i) => component.services.flatMap((name, j) => (services.has(name) ? [] : [{ field: `components.${i}.services.${j}`, message: `there is no service ${name}` }])))
    if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })

    await tx.publicComponent.deleteMany({ where: { projectId, name: { notIn: components.map((one) => one.name) } } })
    for (const [position, { name, services: names }] of components.entries()) {
      const serviceIds = names.flatMap((one) => services.get(one) ?? [])
      await tx.publicComponent.upsert({
        where: { projectId_name: { projectId, name } },
        create: { id: newId(), projectId, name, position, serviceIds, state: 'operational', stateSince: now },
        update: { position, serviceIds },
      })
    }
    return { result: { components: components.length }, events: [{ name: 'status.changed', subject: projectId, version: 1 }], record: { subjectKind: 'status', subjectId: projectId } }
  },
})
