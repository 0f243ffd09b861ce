import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import { presentRun } from './present-run.ts'

const ofRun = (event: { subject: string }): { runId: string } => ({ runId: event.subject })

export const runView = query({
  name: 'run.view',
  summary: 'One run: its regions, steps, agents, log tails, reasons and validation.',
  permission: 'run.read',
  input: z.strictObject({ runId: z.uuid() }),
  async load({ db }, { runId }) {
    const run = await db.run.findUnique({ where: { id: runId }, select: { projectId: true, plan: { select: { environmentId: true } } } })
    if (!run) throw new Fault('not_found', 'there is no such run here')
    return { subject: runId, scope: { projectId: run.projectId, environmentId: run.plan.environmentId } }
  },
  read: ({ db }, { runId }) => presentRun(db, runId),
  touches: { 'run.started': ofRun, 'run.advanced': ofRun, 'run.finished': ofRun, 'run.forecast-alarm': ofRun, 'step.logged': ofRun, 'validation.started': ofRun, 'validation.advanced': ofRun, 'validation.finished': ofRun, 'seat.changed': () => ({}) },
  // An agent that goes silent is no event; whoever waits for it must still hear of it.
  staleAt: (run) => (run.status === 'running' ? new Date(Date.now() + 3_000) : null),
})

export const stepLog = query({
  name: 'step.log',
  summary: 'All log lines of one step, over all its attempts; the newest 2,000.',
  permission: 'run.read',
  input: z.strictObject({ stepId: z.uuid() }),
  async load({ db }, { stepId }) {
    const step = await db.step.findUnique({ where: { id: stepId }, select: { projectId: true, environmentId: true, serviceId: true, key: true } })
    if (!step) throw new Fault('not_found', 'there is no such step here')
    return { subject: step, scope: { projectId: step.projectId, environmentId: step.environmentId, ...(step.serviceId ? { serviceIds: [step.serviceId] } : {}) } }
  },
  async read({ db }, { stepId }, step) {
    const lines = await db.stepLog.findMany({ where: { stepId }, orderBy: [{ epoch: 'desc' }, { seq: 'desc' }], take: 2_000 })
    return { stepId, key: step.key, lines: lines.reverse().map((line) => ({ epoch: Number(line.epoch), seq: line.seq, at: line.at.toISOString(), stream: line.stream, line: line.line })) }
  },
  touches: { 'step.logged': (event) => ({ stepId: String(event.data['stepId']) }) },
})
