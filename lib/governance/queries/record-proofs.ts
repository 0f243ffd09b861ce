import { z } from 'zod'
import { now } from '#lib/platform/clock.ts'
import { pool } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import { makeReceipt, proveConsistency } from '#lib/platform/receipts.ts'
import { recordAlarms, recordState } from '#lib/platform/record-state.ts'
import type { SealedRow } from '#lib/platform/rules/check-records.ts'
import type { Receipt } from '#lib/platform/rules/receipt.ts'
import { sealedRows, slippedIn } from '#lib/platform/sealed-rows.ts'
import type { RecordAlarmView, RecordHeadsView } from '#lib/platform/view.ts'

const all = () => ({})

export const recordHeads = query({
  name: 'record.heads',
  summary: 'How the records are protected now: the newest signed tree head, the keys, the anchors, the last look at everything.',
  permission: 'record.read',
  input: z.strictObject({}),
  read: (): Promise<RecordHeadsView> => recordState(),
  touches: { 'record.alarmed': all },
  // Heads and anchors are no events: they come with the clock.
  staleAt: () => new Date(now().getTime() + 10_000),
})

export const recordAlarmList = query({
  name: 'record.alarms',
  summary: 'What is wrong with the records now; empty where nothing is known.',
  permission: 'signed-in',
  input: z.strictObject({}),
  read: (): Promise<RecordAlarmView[]> => recordAlarms(),
  touches: { 'record.alarmed': all },
})

export const recordConsistency = query({
  name: 'record.consistency',
  summary: 'Two signed tree heads, and the proof (RFC 9162) that the smaller is a beginning of the larger.',
  permission: 'record.read',
  input: z
    .strictObject({
      from: z.coerce.number().int().min(1).describe('The size of a signed tree head'),
      to: z.coerce.number().int().min(1).optional().describe('The size of a later one; the newest when left out'),
    })
    .refine(({ from, to }) => to === undefined || to >= from, { path: ['to'], message: 'at least as large as from' }),
  read: (_, { from, to }) => proveConsistency(from, to ?? null),
  touches: {},
})

export const recordReceipt = query({
  name: 'record.receipt',
  summary: 'What proves one record without us: its content, its inclusion proof (RFC 9162), the signed tree head and the key.',
  permission: 'record.read',
  input: z.strictObject({ recordId: z.uuid() }),
  async load({ db }, { recordId }) {
    const record = await db.auditRecord.findUnique({ where: { id: recordId }, select: { projectId: true } })
    if (!record) throw new Fault('not_found', 'there is no such record here')
    return { subject: recordId, scope: { projectId: record.projectId } }
  },
  read: (_, { recordId }): Promise<Receipt> => makeReceipt([recordId]),
  touches: {},
})

/** One page of an export. Of other projects' records only the hashes are in it: the tree needs them. */
export interface ExportPage {
  origin: string
  at: string
  keys: string[]
  /** Signed tree heads over what this page ends. */
  heads: string[]
  rows: SealedRow[]
  /** The index of the next page; null = this is the end. */
  next: number | null
  /** On the last page: records that are not sealed though later ones are. */
  slippedIn: { id: string; at: string }[]
}

export const recordExport = query({
  name: 'record.export',
  summary: 'Sealed records in the order of their leaves, with the signed tree heads over them: what `knowngood records verify` reads.',
  permission: 'record.read',
  input: z.strictObject({ from: z.coerce.number().int().min(0).default(0).describe('The first leaf; the `next` of the page before'), limit: z.coerce.number().int().min(1).max(1_000).default(1_000) }),

  async read({ scopes }, { from, limit }): Promise<ExportPage> {
    const { origin, keys } = await recordState()
    const rows = await sealedRows(pool(), { from, limit, projects: scopes.projects })
    const { rows: heads } = await pool().query<{ note: string }>('select note from tree_head where origin = $1 and size > $2 and ($3::bigint is null or size <= $3) order by size', [origin, from, rows.length < limit ? null : from + limit])
    const over = rows.length < limit
    return {
      origin,
      at: now().toISOString(),
      keys: keys.map(({ text }) => text),
      heads: heads.map(({ note }) => note),
      rows,
      next: over ? null : from + limit,
      slippedIn: over ? (await slippedIn(pool())).map(({ id, at }) => ({ id, at: at.toISOString() })) : [],
    }
  },

  touches: {},
})
