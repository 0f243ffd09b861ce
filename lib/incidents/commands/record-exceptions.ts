import { z } from 'zod'
import { seatOf } from '#lib/governance/queries/authority.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { PlanDocument } from '#lib/orchestration/model.ts'
import type { RunStatus } from '#lib/orchestration/view.ts'
import { exceptionHours } from '../model.ts'
import type { EndedStep } from '../rules/left-abnormal.ts'
import { leftAbnormal } from '../rules/left-abnormal.ts'

interface EndedRun {
  id: string
  projectId: string
  incidentId: string | null
  environmentId: string
  kind: string
  status: RunStatus
  document: PlanDocument
}

/** Internal: a run is over, and what it left is listed. Done twice it lists nothing twice. */
export const recordExceptions = command({
  name: 'exception.record',
  summary: 'List what a run that is over has left abnormal; it belongs to whoever commands then.',
  permission: 'incident.change',
  input: z.strictObject({ runId: z.uuid() }),

  async load({ tx }, { runId }) {
    const [run] = await tx.$queryRaw<EndedRun[]>`
      select r.id, r.project_id as "projectId", r.incident_id as "incidentId", p.environment_id as "environmentId", r.kind, r.status, p.document from run r join plan p on p.id = r.plan_id where r.id = ${runId}::uuid`
    if (!run) throw new Fault('not_found', 'there is no such run here')
    return { subject: run, scope: { projectId: run.projectId, environmentId: run.environmentId } }
  },

  async run({ tx, now, newId }, { runId }, run) {
    const nothing = { result: { exceptions: 0 }, events: [] }
    if (run.status !== 'succeeded' && run.status !== 'failed' && run.status !== 'aborted') return nothing
    const steps = await tx.$queryRaw<EndedStep[]>`
      select s.key, s.role, s.status, s.because, s.attempt, coalesce(v.name, '') as service, coalesce(g.name, '') as region
      from step s left join service v on v.id = s.service_id left join region g on g.id = s.region_id where s.run_id = ${runId}::uuid order by s.position`
    const left = leftAbnormal(run.status, run.document.leaves, steps)
    if (left.length === 0) return nothing
    const owner = run.incidentId ? (await seatOf(tx, run.incidentId)).holderId : null
    const expiresAt = new Date(now.getTime() + exceptionHours * 3_600_000)
    const made = await tx.exception.createManyAndReturn({
      skipDuplicates: true,
      data: left.map(({ what, undo, step }) => ({ id: newId(), projectId: run.projectId, incidentId: run.incidentId, environmentId: run.environmentId, kind: run.kind, runId, stepKey: step, what: what.slice(0, 2_000), undo: undo.slice(0, 2_000), ownerId: owner, expiresAt, createdAt: now })),
    })
    if (made.length === 0) return nothing
    return {
      result: { exceptions: made.length },
      events: made.map((one) => ({ name: 'exception.changed' as const, subject: one.id, version: 1, incidentId: run.incidentId, data: { environmentId: run.environmentId, cleared: false } })),
      record: { subjectKind: 'run', subjectId: runId, incidentId: run.incidentId, payload: { left: made.map((one) => one.what), ownerId: owner } },
    }
  },
})
