import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { PoolClient } from 'pg'
import { now as clock } from './clock.ts'
import { pool } from './db.ts'
import { env } from './env.ts'
import type { HeadRow } from './heads.ts'
import { ownKeys } from './heads.ts'
import { log } from './log.ts'
import type { Loop } from './loop.ts'
import { startLoop } from './loop.ts'
import { setAlarm } from './record-alarms.ts'
import { recordsOrigin } from './record-keys.ts'
import { readAnchorLine } from './rules/anchor-line.ts'
import type { Finding, RecordCheck } from './rules/check-records.ts'
import { checkRecords } from './rules/check-records.ts'
import { findingText } from './rules/finding-text.ts'
import { sealedRows, slippedIn } from './sealed-rows.ts'

/* The server's own look at everything: each sealed record is computed anew and held against what was signed and anchored. In small bites, over and over. */

const rowsAtOnce = 1_000
/** Of every round of five seconds: a twentieth of a core at most. */
const biteMs = 250
const roundMs = 5_000
/** From the end of a pass to the beginning of the next. */
const restMs = 60_000

interface Pass {
  check: RecordCheck
  /** Lines of the first anchor that is a file; ends where it cannot be read. */
  lines: AsyncIterator<string>
  linesLeft: boolean
  headsUpTo: number
}

/** Begins a pass over all records. */
export async function beginPass(client: PoolClient): Promise<Pass> {
  const [file] = (env().ANCHOR_FILES ?? '').split(',').map((one) => one.trim()).filter(Boolean)
  return { check: checkRecords(await ownKeys(client)), lines: linesOf(file), linesLeft: true, headsUpTo: 0 }
}

async function* linesOf(file: string | undefined): AsyncGenerator<string> {
  if (!file) return
  try {
    for await (const line of createInterface({ input: createReadStream(resolve(file), 'utf8'), crlfDelay: Infinity })) yield line
  } catch (error) {
    // Whether an anchor can be reached is the anchors' loop to tell; the records are looked at all the same.
    log('record check').debug({ error: (error as Error).message }, 'the anchor file cannot be read')
  }
}

/** The next bite: a finding, or whether the pass is over. */
export async function bite(client: PoolClient, pass: Pass): Promise<{ finding: Finding | null; over: boolean }> {
  const { check } = pass
  const origin = recordsOrigin()
  const from = check.size()
  // What is out there first: an anchored head is over leaves that were there before it, so the rows read afterwards reach at least as far.
  while (pass.linesLeft && check.anchoredSize() < from + rowsAtOnce) {
    const next = await pass.lines.next()
    if (next.done) pass.linesLeft = false
    const line = next.done ? null : readAnchorLine(next.value)
    const finding = line?.head.origin === origin ? check.anchored(line) : null
    if (finding) return { finding, over: true }
  }
  const { rows: heads } = await client.query<HeadRow>('select size, root, at, note from tree_head where origin = $1 and size > $2 and size <= $3 order by size', [origin, pass.headsUpTo, from + rowsAtOnce])
  pass.headsUpTo = from + rowsAtOnce
  for (const { note } of heads) {
    const finding = check.head(note)
    if (finding) return { finding, over: true }
  }
  const rows = await sealedRows(client, { from, limit: rowsAtOnce })
  for (const row of rows) {
    const finding = check.row(row)
    if (finding) return { finding, over: true }
  }
  if (rows.length > 0) return { finding: null, over: false }
  const finding = check.end()
  if (finding) return { finding, over: true }
  const [stranger] = await slippedIn(client)
  return { finding: stranger ? { index: null, recordId: stranger.id, what: `this record of ${stranger.at.toISOString()} is not sealed, though later ones are: it was inserted behind the product’s back` } : null, over: true }
}

/** Looks at everything once, to the end or to the first finding. */
export async function checkAll(): Promise<{ finding: Finding | null; size: number }> {
  const client = await pool().connect()
  try {
    const pass = await beginPass(client)
    for (;;) {
      const { finding, over } = await bite(client, pass)
      if (over) return { finding, size: pass.check.size() }
    }
  } finally {
    client.release()
  }
}

/** Goes round and round; one engine at a time. */
export function startRecordCheck(): Loop {
  let pass: Pass | null = null
  let endedAt = 0
  return startLoop('record check', roundMs, async () => {
    if (!pass && clock().getTime() - endedAt < restMs) return
    const client = await pool().connect()
    try {
      const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(hashtext('knowngood-record-check')) as got`)
      if (!rows[0]?.got) return void (pass = null)
      try {
        pass ??= await beginPass(client)
        const until = performance.now() + biteMs
        while (performance.now() < until) {
          const { finding, over } = await bite(client, pass)
          if (!over) continue
          await ended(pass, finding)
          // A pass over nothing was none.
          endedAt = pass.check.size() === 0 ? 0 : clock().getTime()
          pass = null
          break
        }
      } finally {
        await client.query(`select pg_advisory_unlock(hashtext('knowngood-record-check'))`)
      }
    } finally {
      client.release()
    }
  })
}

async function ended({ check }: Pass, finding: Finding | null): Promise<void> {
  if (!finding) await pool().query('insert into record_check (origin, size, at) values ($1, $2, $3) on conflict (origin) do update set size = excluded.size, at = excluded.at', [recordsOrigin(), check.size(), clock()])
  await setAlarm('rewritten', finding && findingText(finding))
}
