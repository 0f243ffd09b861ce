import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadRunOfStep } from '../load.ts'
import { leaseMarginMs } from '../pace.ts'
import { changeRun } from './change-run.ts'

/**
 * A lease that ran out, with its margin. The agent's guard has killed the step's processes by now, but what they had
 * done is not known: a step declared repeatable goes to another agent, any other waits for a person.
 */
export const expireLease = command({
  name: 'step.expire',
  summary: 'Take a step back from an agent that has not been heard of.',
  permission: 'run.steer',
  input: z.strictObject({ stepId: z.uuid() }),

  load: ({ tx }, { stepId }) => loadRunOfStep(tx, stepId),

  async run(context, { stepId }, { run, stepKey }) {
    const { tx, now } = context
    const [step] = await tx.$queryRaw<{ epoch: bigint; repeatable: boolean; agent: string | null; status: string }[]>`
      with old as (
        select s.id, s.epoch, a.name as agent from step s left join agent a on a.id = s.agent_id
        where s.id = ${stepId}::uuid and s.status = 'leased' and s.lease_expires_at < now() - make_interval(secs => ${leaseMarginMs / 1000})
      )
      update step s set
        status = case when s.repeatable and not s.cancelling and ${run.status !== 'aborted'} then 'ready' else 'indeterminate' end,
        because = case when s.repeatable and not s.cancelling then null else old.agent || ' went silent while it held this step' end,
        ready_at = ${now}::timestamptz, lease_expires_at = null, agent_id = null, cancelling = false
      from old where s.id = old.id
      returning old.epoch, s.repeatable, old.agent, s.status`
    if (!step) return { result: { expired: false }, events: [] }
    await tx.attempt.update({ where: { stepId_epoch: { stepId, epoch: step.epoch } }, data: { outcome: 'expired', because: 'the agent went silent', endedAt: now } })
    return {
      result: { expired: true },
      events: await changeRun(context, run),
      record: { subjectKind: 'step', subjectId: stepId, incidentId: run.incidentId, payload: { key: stepKey, runId: run.id, agent: step.agent, becomes: step.status } },
    }
  },
})
