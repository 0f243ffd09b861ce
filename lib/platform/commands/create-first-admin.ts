import { z } from 'zod'
import { command } from '../command.ts'
import { isUniqueViolation } from '../db.ts'
import { Fault } from '../fault.ts'
import { hashPassword } from '../session.ts'
import { emailSchema, passwordSchema } from './add-person.ts'

/** Not reachable over HTTP: it is for whoever holds the database, once. */
export const createFirstAdmin = command({
  name: 'admin.create',
  summary: 'Make the first administrator and the default project. Works once.',
  permission: 'people.manage',
  secret: ['password'],
  input: z.strictObject({ email: emailSchema, name: z.string().trim().min(1).max(120), password: passwordSchema }),

  async load({ tx, now, newId }) {
    await tx.$executeRaw`insert into project (id, slug, name, created_at) values (${newId()}::uuid, 'default', 'Default', ${now}::timestamptz) on conflict do nothing`
    const project = await tx.project.findUniqueOrThrow({ where: { slug: 'default' } })
    return { subject: project.id, scope: { projectId: project.id } }
  },

  async run({ tx, now, newId }, { email, name, password }, projectId) {
    const id = newId()
    try {
      // The name is the primary key: of two at once, one wins, and the other hears of it.
      await tx.setting.create({ data: { name: 'first-admin', value: { personId: id }, createdAt: now } })
    } catch (error) {
      if (isUniqueViolation(error)) throw new Fault('conflict', 'there is a first administrator already; ask them to add you')
      throw error
    }
    await tx.person.create({ data: { id, email, name, passwordHash: await hashPassword(password), createdAt: now } })
    await tx.grant.create({ data: { id: newId(), personId: id, projectId, role: 'admin', createdAt: now } })
    return { result: { personId: id, projectId }, events: [{ name: 'person.added', subject: id, version: 1, data: { name } }], record: { subjectKind: 'person', subjectId: id } }
  },
})
