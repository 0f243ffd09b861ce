import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { ingest } from '#lib/platform/ingest.ts'
import { loadAgentStep } from '../load.ts'
import { agentPace } from '../pace.ts'

export const renewLease = ingest({
  name: 'step.renew',
  summary: 'Keep a leased step. A stale epoch answers 409 and changes nothing.',
  permission: 'agent.work',
  input: z.strictObject({ v: z.literal(1), stepId: z.uuid(), epoch: z.number().int().positive() }),

  load: ({ db, actor }, { stepId }) => loadAgentStep(db, actor, stepId),

  async write({ db }, { stepId, epoch }, { agent }) {
    const [row] = await db.$queryRaw<{ cancelling: boolean }[]>`
      update step set lease_expires_at = now() + make_interval(secs => ${agentPace.leaseMs / 1000})
      where id = ${stepId}::uuid and status = 'leased' and epoch = ${epoch}::bigint and agent_id = ${agent.id}::uuid and lease_expires_at > now()
      returning cancelling`
    if (!row) throw new Fault('stale_lease', 'this step is no longer yours: stop it')
    return { leaseMs: agentPace.leaseMs, cancel: row.cancelling }
  },
})
