import { z } from 'zod'
import { command } from '../command.ts'
import type { Context } from '../command.ts'
import { isUniqueViolation } from '../db.ts'
import { Fault } from '../fault.ts'
import type { Role } from '../may.ts'
import { roles } from '../may.ts'
import { projectOf } from '../project.ts'
import { hashPassword } from '../session.ts'

const grantSchema = z.strictObject({
  role: z.enum(roles as [Role, ...Role[]]),
  service: z.string().max(60).optional().describe('Only on this service; everywhere when left out'),
  environment: z.string().max(60).optional().describe('Only in this environment; everywhere when left out'),
})

export const passwordSchema = z.string().min(12, 'at least 12 characters').max(256)
export const emailSchema = z.email('an e-mail address').max(254).transform((email) => email.trim().toLowerCase())

export const addPerson = command({
  name: 'person.add',
  summary: 'Add a person with the roles they hold. Rights come from these roles and nowhere else.',
  permission: 'people.manage',
  stepUp: 'project',
  status: 201,
  secret: ['password'],
  input: z.strictObject({
    email: emailSchema,
    name: z.string().trim().min(1).max(120),
    password: passwordSchema.optional().describe('Left out for people who sign in elsewhere'),
    grants: z.array(grantSchema).max(40).describe('What they may do, and where'),
  }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run(context, { email, name, password, grants }, projectId) {
    const { tx, now } = context
    const id = context.newId()
    try {
      await tx.person.create({ data: { id, email, name, passwordHash: password ? await hashPassword(password) : null, createdAt: now } })
    } catch (error) {
      if (isUniqueViolation(error)) throw new Fault('conflict', `email: ${email} is somebody already`, { fields: [{ field: 'email', message: 'this person is there already' }] })
      throw error
    }
    await grant(context, projectId, id, grants)
    return { result: { personId: id }, events: [{ name: 'person.added', subject: id, version: 1, data: { name } }], record: { subjectKind: 'person', subjectId: id } }
  },
})

/** Writes grants, each on a service or environment that exists. */
export async function grant({ tx, now, newId }: Context, projectId: string, personId: string, grants: readonly z.output<typeof grantSchema>[]): Promise<void> {
  for (const [index, { role, service, environment }] of grants.entries()) {
    const foundService = service ? await tx.service.findUnique({ where: { projectId_name: { projectId, name: service } } }) : null
    if (service && !foundService) throw unknownName(`grants.${index}.service`, service)
    const foundEnvironment = environment ? await tx.environment.findUnique({ where: { projectId_name: { projectId, name: environment } } }) : null
    if (environment && !foundEnvironment) throw unknownName(`grants.${index}.environment`, environment)
    await tx.grant.create({ data: { id: newId(), personId, projectId, role, serviceId: foundService?.id ?? null, environmentId: foundEnvironment?.id ?? null, createdAt: now } })
  }
}

const unknownName = (field: string, name: string): Fault => new Fault('invalid', `${field}: there is no ${name}`, { fields: [{ field, message: `there is no ${name}` }] })
