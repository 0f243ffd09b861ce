import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { tokenHash } from '#lib/platform/credentials.ts'
import { Fault } from '#lib/platform/fault.ts'
import { newSecret } from '#lib/platform/id.ts'
import { loadPlace } from '../load.ts'

/** A token is for one agent, once, soon. */
const validHours = 24

export const createEnrolment = command({
  name: 'enrolment.create',
  summary: 'Make a one-time token with which one agent can enrol in an environment and region.',
  permission: 'agent.enrol',
  status: 201,
  secretAnswer: true,
  input: z.strictObject({
    environment: z.string().min(1).max(60).describe('Name of the environment the agent works in'),
    region: z.string().min(1).max(60).describe('Name of the region the agent works in'),
  }),

  async load({ tx, actor }, { environment, region }) {
    const place = await loadPlace(tx, actor, environment, region)
    return { subject: place, scope: { projectId: place.projectId, environmentId: place.environmentId } }
  },

  async run({ tx, actor, now, newId }, _input, place) {
    const token = newSecret('kge')
    const id = newId()
    const expiresAt = new Date(now.getTime() + validHours * 3_600_000)
    await tx.enrolmentToken.create({
      data: { id, projectId: place.projectId, tokenHash: tokenHash(token), environmentId: place.environmentId, regionId: place.regionId, createdBy: actor.id, createdAt: now, expiresAt },
    })
    return {
      result: { token, expiresAt: expiresAt.toISOString() },
      events: [{ name: 'enrolment.created', subject: id, version: 1 }],
    }
  },
})

/**
 * For the enrolment itself: the token, in time and locked. A used one is good for the very agent that used it, whose answer
 * may have been lost: agent and use were written in one commit.
 */
export async function claimEnrolment(tx: Parameters<typeof loadPlace>[0], token: string, agent: { name: string; publicKey: string }, now: Date) {
  const [row] = await tx.$queryRaw<{ id: string; project_id: string; environment_id: string; region_id: string; expires_at: Date; used_at: Date | null; agent_id: string | null }[]>`
    select t.id, t.project_id, t.environment_id, t.region_id, t.expires_at, t.used_at,
      (select a.id from agent a where a.project_id = t.project_id and a.enrolled_at = t.used_at and a.name = ${agent.name} and a.public_key = ${agent.publicKey} and a.revoked_at is null) as agent_id
    from enrolment_token t where t.token_hash = ${tokenHash(token)} for update of t`
  if (!row) throw new Fault('unauthenticated', 'this enrolment token is not known')
  if (row.used_at && !row.agent_id) throw new Fault('gone', 'this enrolment token was used; make another with enrolment.create')
  if (row.expires_at <= now) throw new Fault('gone', 'this enrolment token has expired; make another with enrolment.create')
  return row
}
