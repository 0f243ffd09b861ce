import { pool } from './db.ts'
import { newestHead } from './heads.ts'
import { recordsOrigin, recordVerifierKeys } from './record-keys.ts'
import type { AnchorRow } from './record-watch.ts'
import { treeSize } from './tree.ts'
import type { RecordAlarmView, RecordHeadsView } from './view.ts'

/** What is wrong with the records now; empty = nothing that we know of. */
export async function recordAlarms(): Promise<RecordAlarmView[]> {
  const { rows } = await pool().query<{ kind: RecordAlarmView['kind']; because: string; since: Date }>('select kind, because, since from record_alarm order by since')
  return rows.map(({ kind, because, since }) => ({ kind, because, since: since.toISOString() }))
}

/** How the records are protected now: newest head, keys, anchors, the last look at everything. */
export async function recordState(): Promise<RecordHeadsView> {
  const origin = recordsOrigin()
  const [head, size, alarms, keys, anchors, check] = await Promise.all([
    newestHead(pool(), origin),
    treeSize(pool()),
    recordAlarms(),
    pool().query<{ verifier_key: string; since: Date }>('select verifier_key, since from record_key order by since'),
    pool().query<AnchorRow>('select * from anchor order by name'),
    pool().query<{ size: string; at: Date }>('select size, at from record_check where origin = $1', [origin]),
  ])
  const signing = new Set(recordVerifierKeys().map(({ text }) => text))
  const checked = check.rows[0]
  return {
    origin,
    size,
    head: head && { size: Number(head.size), root: head.root, at: head.at.toISOString(), note: head.note },
    keys: keys.rows.map(({ verifier_key: text, since }) => ({ text, since: since.toISOString(), signs: signing.has(text) })),
    anchors: anchors.rows.map((one) => ({ name: one.name, size: Number(one.size), at: one.anchored_at?.toISOString() ?? null, failingSince: one.failing_since?.toISOString() ?? null, problem: one.problem })),
    checked: checked ? { size: Number(checked.size), at: checked.at.toISOString() } : null,
    alarms,
  }
}
