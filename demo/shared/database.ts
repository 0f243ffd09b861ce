import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** A few connections: two instances a service and region share one small server with everyone. */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 2_000, statement_timeout: 3_000, idleTimeoutMillis: 60_000 })
  // A connection that breaks while idle is replaced at the next query; unheard, the event would end the process.
  pool.on('error', (error) => console.error(`a database connection broke: ${error.message}`))
  return pool
}

/** Applies the artifact's own migrations in order, each once, whoever of several instances comes first. */
export async function migrate(pool: pg.Pool, folder: string): Promise<number[]> {
  const files = readdirSync(folder).filter((name) => /^\d{3}.*\.sql$/.test(name)).sort()
  const client = await pool.connect()
  const applied: number[] = []
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtext('harbor migrations'))`)
    await client.query('create table if not exists schema_migration (number integer primary key, name text not null, applied_at timestamptz not null default now())')
    const { rows } = await client.query<{ number: number }>('select number from schema_migration')
    const known = new Set(rows.map((row) => row.number))
    for (const name of files) {
      const number = Number(name.slice(0, 3))
      if (known.has(number)) continue
      await client.query(readFileSync(join(folder, name), 'utf8'))
      await client.query('insert into schema_migration (number, name) values ($1, $2)', [number, name])
      applied.push(number)
    }
    await client.query('commit')
    return applied
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** Old rows go once a minute, so that a company that trades for days stays small. */
export function forget(pool: pg.Pool, sql: string): NodeJS.Timeout {
  return setInterval(() => void pool.query(sql).catch((error: Error) => console.error(`old rows could not be removed: ${error.message}`)), 60_000)
}
