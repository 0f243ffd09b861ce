import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { ExportLine } from '#lib/platform/rules/check-export.ts'
import { exportLine } from '#lib/platform/rules/check-export.ts'
import type { SealedRow } from '#lib/platform/rules/check-records.ts'
import type { Connection } from './client.ts'
import { call } from './client.ts'

interface Page {
  origin: string
  at: string
  keys: string[]
  heads: string[]
  rows: SealedRow[]
  next: number | null
  slippedIn: { id: string; at: string }[]
}

/** Writes all sealed records, with the signed heads over them, to a file: one JSON value a line. */
export async function exportRecords(connection: Connection, out: string): Promise<{ file: string; rows: number; heads: number }> {
  const file = createWriteStream(out, { flags: 'wx' })
  await once(file, 'open')
  let rows = 0
  let heads = 0
  const write = async (line: ExportLine): Promise<void> => {
    if (!file.write(exportLine(line))) await once(file, 'drain')
  }
  for (let from: number | null = 0; from !== null; ) {
    const page: Page = (await call(connection, 'GET', `/api/v1/records/export?from=${from}&limit=1000`)) as Page
    if (from === 0) await write({ format: 'knowngood-records', v: 1, origin: page.origin, at: page.at, keys: page.keys })
    for (const head of page.heads) await write({ head })
    for (const row of page.rows) await write({ row })
    for (const slippedIn of page.slippedIn) await write({ slippedIn })
    rows += page.rows.length
    heads += page.heads.length
    from = page.next
  }
  await write({ end: { rows } })
  file.end()
  await once(file, 'close')
  return { file: out, rows, heads }
}
