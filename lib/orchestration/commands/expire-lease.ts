import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { must } from '#lib/platform/must.ts'
import { loadRunOfStep } from '../load-run.ts'
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

  async run(context, { stepId }, { run, step }) {
    const held = must(run.state.steps.find((one) => one.key === step.key), 'a step of its run')
    if (held.status !== 'leased' || (held.leaseLeftMs ?? 0) > -leaseMarginMs) return { result: { expired: false }, events: [] }
    const agent = (await context.tx.agent.findUnique({ where: { id: held.agentId ?? '' }, select: { name: true } }))?.name ?? 'an agent'
    const events = await changeRun(context, run, [{ type: 'expire', key: step.key, marginMs: leaseMarginMs, agent }])
    const becomes = run.state.steps.find((one) => one.key === step.key)?.status
    return { result: { expired: true }, events, record: { subjectKind: 'step', subjectId: stepId, incidentId: run.incidentId, payload: { key: step.key, runId: run.id, agent, becomes } } }
  },
})
