import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'

export const revokeAgent = command({
  name: 'agent.revoke',
  summary: 'End an agent: its key is refused from the next request on, and what it holds is taken back when its lease runs out. Its name is free again.',
  permission: 'agent.enrol',
  input: z.strictObject({ agentId: z.uuid(), reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  async load({ tx }, { agentId }) {
    const agent = await tx.agent.findUnique({ where: { id: agentId } })
    if (!agent) throw new Fault('not_found', 'there is no such agent here')
    return { subject: agent, scope: { projectId: agent.projectId, environmentId: agent.environmentId } }
  },

  async run({ tx, now }, { agentId }, agent) {
    // The row stays, since attempts and records point at it; only its name goes back.
    const { count } = await tx.agent.updateMany({ where: { id: agentId, revokedAt: null }, data: { revokedAt: now, name: `${agent.name}~${agentId.slice(-12)}` } })
    if (count === 0) throw new Fault('conflict', 'this agent was revoked before')
    return { result: { agentId }, events: [{ name: 'agent.revoked', subject: agentId, version: 2, data: { name: agent.name } }], record: { subjectKind: 'agent', subjectId: agentId, payload: { name: agent.name } } }
  },
})
