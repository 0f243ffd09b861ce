import { z } from 'zod'
import { bell } from '#lib/platform/bell.ts'
import { Fault } from '#lib/platform/fault.ts'
import { ingest } from '#lib/platform/ingest.ts'
import { append } from '#lib/platform/records.ts'
import { loadAgentStep } from '../load.ts'

export const appendLog = ingest({
  name: 'step.append-log',
  summary: 'Log lines of a leased step. Lines already seen are ignored.',
  permission: 'agent.work',
  input: z.strictObject({
    v: z.literal(1),
    stepId: z.uuid(),
    epoch: z.number().int().positive(),
    lines: z.array(z.strictObject({ seq: z.number().int().positive(), at: z.iso.datetime(), stream: z.enum(['out', 'err', 'agent']), line: z.string().max(4_000) })).max(200),
  }),

  async load({ db, actor }, { stepId }) {
    const { subject, scope } = await loadAgentStep(db, actor, stepId)
    return { subject: { ...subject, projectId: scope.projectId, run: await db.run.findUniqueOrThrow({ where: { id: subject.runId }, select: { incidentId: true, version: true } }) }, scope }
  },

  async write({ db, now }, { stepId, epoch, lines }, { agent, projectId, runId, run }) {
    await db.$transaction(async (tx) => {
      // The fence is in the write: lines of an agent that lost its lease go nowhere.
      const written = await tx.$executeRaw`
        insert into step_log (step_id, epoch, seq, at, stream, line)
        select ${stepId}::uuid, ${epoch}::bigint, l.seq, l.at, l.stream, l.line
        from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l(seq int, at timestamptz, stream text, line text)
        where exists (select 1 from attempt a where a.step_id = ${stepId}::uuid and a.epoch = ${epoch}::bigint and a.agent_id = ${agent.id}::uuid)
          and not exists (select 1 from attempt a where a.step_id = ${stepId}::uuid and a.epoch > ${epoch}::bigint)
        on conflict do nothing`
      if (written > 0) {
        await append(tx, [], [{ projectId, name: 'step.logged', subject: runId, version: run.version, incidentId: run.incidentId, data: { stepId } }], now)
        return
      }
      const held = await tx.attempt.findFirst({ where: { stepId }, orderBy: { epoch: 'desc' } })
      if (!held || held.epoch !== BigInt(epoch) || held.agentId !== agent.id) throw new Fault('stale_lease', 'this step is no longer yours', { epoch: Number(held?.epoch ?? 0) })
    })
    bell().ring()
    return { next: (lines.at(-1)?.seq ?? 0) + 1 }
  },
})
