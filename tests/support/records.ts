import pg from 'pg'
import { recordExport } from '#lib/governance/queries/record-proofs.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { pool } from '#lib/platform/db.ts'
import type { Signing } from '#lib/platform/heads.ts'
import { adoptKeys } from '#lib/platform/heads.ts'
import { ask } from '#lib/platform/query.ts'
import { exportLine } from '#lib/platform/rules/check-export.ts'
import { headOnce, sealOnce } from '#lib/platform/sealer.ts'

/** Seals whatever there is and signs a head over it, as the sealer does in the background. */
export async function sealAndSign(): Promise<Signing> {
  await adoptKeys()
  const client = await pool().connect()
  try {
    for (let more = true; more; ) more = (await sealOnce(client)).count > 0
    return await headOnce(client, { atOnce: true })
  } finally {
    client.release()
  }
}

/** The lines that `knowngood records export` would write, in pages of an odd size. */
export async function exportLines(reader: Actor, limit = 17): Promise<string[]> {
  const lines: string[] = []
  let rows = 0
  for (let from: number | null = 0; from !== null; ) {
    const { data: page }: { data: Awaited<ReturnType<typeof recordExport.read>> } = await ask(recordExport, reader, { from: String(from), limit: String(limit) })
    if (from === 0) lines.push(exportLine({ format: 'knowngood-records', v: 1, origin: page.origin, at: page.at, keys: page.keys }))
    lines.push(...page.heads.map((head) => exportLine({ head })), ...page.rows.map((row) => exportLine({ row })), ...page.slippedIn.map((slippedIn) => exportLine({ slippedIn })))
    rows += page.rows.length
    from = page.next
  }
  return [...lines, exportLine({ end: { rows } })].map((line) => line.trimEnd())
}

const tables = ['record', 'record_payload', 'record_leaf', 'record_node', 'tree_head', 'record_alarm', 'record_check'] as const

/** A superuser who stops at nothing: triggers are off, every row may be written. Copies of the tables stand for backups. */
export async function superuser(url: string): Promise<{ query(sql: string, values?: unknown[]): Promise<pg.QueryResult>; backUp(name: string): Promise<void>; putBack(name: string): Promise<void>; end(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set session_replication_role = replica')
  return {
    query: (sql, values) => client.query(sql, values),
    async backUp(name) {
      for (const table of tables) await client.query(`create table ${name}_${table} as table ${table}`)
    },
    async putBack(name) {
      await client.query('begin')
      for (const table of tables) await client.query(`delete from ${table}`)
      for (const table of tables) await client.query(`insert into ${table} select * from ${name}_${table}`)
      await client.query('commit')
    },
    end: () => client.end(),
  }
}
