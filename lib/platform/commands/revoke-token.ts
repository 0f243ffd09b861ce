import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'

export const revokeToken = command({
  name: 'token.revoke',
  summary: 'End a token: the next request that carries it is refused.',
  permission: 'token.manage',
  input: z.strictObject({ tokenId: z.uuid() }),

  async load({ tx }, { tokenId }) {
    const token = await tx.machineToken.findUnique({ where: { id: tokenId } })
    if (!token) throw new Fault('not_found', 'there is no such token here')
    return { subject: token, scope: { projectId: token.projectId } }
  },

  async run({ tx, now }, { tokenId }) {
    const { count } = await tx.machineToken.updateMany({ where: { id: tokenId, revokedAt: null }, data: { revokedAt: now } })
    if (count === 0) throw new Fault('conflict', 'this token was revoked before')
    return { result: { tokenId }, events: [{ name: 'token.revoked', subject: tokenId, version: 2 }], record: { subjectKind: 'token', subjectId: tokenId } }
  },
})
