import { z } from 'zod'
import { command } from '../command.ts'
import { projectOf } from '../project.ts'

/** `anchor-late`: heads do not get out. `rolled-back`: the tree does not continue what was signed. `rewritten`: a record is not the one that was sealed. */
export const recordAlarmKinds = ['anchor-late', 'rolled-back', 'rewritten'] as const

/* Only the loops that watch over the records call these; no route leads here. */

export const raiseAlarm = command({
  name: 'record.raise-alarm',
  summary: 'Say that something is wrong with the records.',
  permission: 'policy.write',
  input: z.strictObject({ kind: z.enum(recordAlarmKinds), because: z.string().max(2_000) }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, now }, { kind, because }) {
    const raised = await tx.$executeRaw`insert into record_alarm (kind, because, since) values (${kind}, ${because}, ${now}::timestamptz) on conflict do nothing`
    if (raised === 0) return { result: { raised: false }, events: [] }
    return { result: { raised: true }, events: [{ name: 'record.alarmed', subject: kind, version: 1, data: { because } }], record: { subjectKind: 'records', subjectId: kind } }
  },
})

export const clearAlarm = command({
  name: 'record.clear-alarm',
  summary: 'Say that it is over.',
  permission: 'policy.write',
  input: z.strictObject({ kind: z.enum(recordAlarmKinds) }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx }, { kind }) {
    const { count } = await tx.recordAlarm.deleteMany({ where: { kind } })
    if (count === 0) return { result: { cleared: false }, events: [] }
    return { result: { cleared: true }, events: [{ name: 'record.alarmed', subject: kind, version: 2, data: { because: null } }], record: { subjectKind: 'records', subjectId: kind } }
  },
})

export const adoptKey = command({
  name: 'record.adopt-key',
  summary: 'Begin to sign tree heads with a key; those before it stay, to verify.',
  permission: 'policy.write',
  input: z.strictObject({ verifierKey: z.string().max(300) }),

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, now }, { verifierKey }) {
    const adopted = await tx.$executeRaw`insert into record_key (verifier_key, since) values (${verifierKey}, ${now}::timestamptz) on conflict do nothing`
    if (adopted === 0) return { result: { adopted: false }, events: [] }
    return { result: { adopted: true }, events: [{ name: 'record.alarmed', subject: 'key', version: 1, data: {} }], record: { subjectKind: 'records', subjectId: 'key' } }
  },
})
