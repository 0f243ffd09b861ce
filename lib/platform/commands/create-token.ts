import { z } from 'zod'
import { command } from '../command.ts'
import { tokenHash } from '../credentials.ts'
import { newSecret } from '../id.ts'
import { machinePermissions } from '../may.ts'
import { projectOf } from '../project.ts'

export const createToken = command({
  name: 'token.create',
  summary: 'Make a token for a pipeline or script. It is shown once; only its hash is kept.',
  permission: 'token.manage',
  stepUp: 'project',
  status: 201,
  secretAnswer: true,
  input: z.strictObject({
    name: z.string().trim().min(1).max(80).describe('What it is for, as records will name it'),
    scopes: z.array(z.enum(machinePermissions)).min(1).describe('What it may do, nothing else'),
    expiresInDays: z.number().int().min(1).max(3_650).optional().describe('Never expires when left out'),
  }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, actor, now, newId }, { name, scopes, expiresInDays }, projectId) {
    const id = newId()
    const token = newSecret('kgt')
    const expiresAt = expiresInDays ? new Date(now.getTime() + expiresInDays * 86_400_000) : null
    await tx.machineToken.create({ data: { id, projectId, name, tokenHash: tokenHash(token), scopes: [...new Set(scopes)], createdBy: actor.id, createdAt: now, expiresAt } })
    return { result: { tokenId: id, token, expiresAt: expiresAt?.toISOString() ?? null }, events: [{ name: 'token.created', subject: id, version: 1, data: { name } }], record: { subjectKind: 'token', subjectId: id } }
  },
})
