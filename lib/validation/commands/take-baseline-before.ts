import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { keepSamples } from './take-baseline.ts'

/** An agent looks every two seconds: what it finds new may have served for so long already. */
const noticedWithinMs = 5_000

export const takeBaselineBefore = command({
  name: 'baseline.take-before',
  summary: 'Keep what was measured before bytes appeared that no run of ours brought: whoever switched them by hand announced nothing.',
  permission: 'deployment.request',
  input: z.strictObject({ targetId: z.uuid(), appearedAt: z.iso.datetime().describe('When an agent first saw them') }),

  async load({ tx }, { targetId }) {
    const target = await tx.target.findUnique({ where: { id: targetId }, select: { id: true, projectId: true, environmentId: true, serviceId: true, version: true } })
    if (!target) throw new Fault('not_found', 'there is no such target here')
    return { subject: target, scope: { projectId: target.projectId, environmentId: target.environmentId, serviceIds: [target.serviceId] } }
  },

  async run({ tx, now, newId }, { appearedAt }, target) {
    const at = new Date(appearedAt)
    const [moved] = await tx.$queryRaw<{ yes: boolean }[]>`
      select exists (
        select 1 from step s join run r on r.id = s.run_id
        where s.target_id = ${target.id}::uuid and r.started_at <= ${at}::timestamptz and (r.finished_at is null or r.finished_at >= ${new Date(at.getTime() - noticedWithinMs)}::timestamptz)
      ) as yes`
    // What a run of ours brings has its baseline from its deployment, and a rollback needs none of what it came from.
    if (moved?.yes) return { result: { samples: null as number | null }, events: [] }
    const [taken] = await keepSamples(tx, { projectId: target.projectId, deploymentId: null, rows: [{ id: newId(), target_id: target.id }], until: new Date(at.getTime() - noticedWithinMs), now })
    const samples = taken?.samples ?? 0
    return {
      result: { samples: samples as number | null },
      events: [{ name: 'baseline.taken', subject: target.id, version: target.version, data: { deploymentId: null, samples } }],
      record: { subjectKind: 'target', subjectId: target.id, payload: { samples } },
    }
  },
})
