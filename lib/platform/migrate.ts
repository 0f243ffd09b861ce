import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** One lock for all who migrate this database. */
const lockKey = 727_101_846

const folder = join(import.meta.dirname, '../../prisma/migrations')

export interface Migration {
  name: string
  sql: string
  checksum: string
}

/** Every migration in order, with the checksum that Prisma computes too. */
export const readMigrations = (from: string = folder): Migration[] =>
  readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(from, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })

/**
 * Brings a database up to date as its owner: each file in one transaction, under an advisory lock, noted in Prisma's own
 * table, so that `prisma migrate status` agrees. A file whose first line is `-- no transaction` runs outside of one.
 * Refuses where a file that was applied has changed since. Returns the names of what it applied.
 */
export async function migrate(migrateUrl: string, options: { log?: (line: string) => void; from?: string } = {}): Promise<string[]> {
  const client = new pg.Client({ connectionString: migrateUrl, application_name: 'knowngood-migrate' })
  await client.connect()
  const applied: string[] = []
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await client.query(`create table if not exists _prisma_migrations (
      id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
      logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`)
    const { rows } = await client.query<{ migration_name: string; checksum: string }>('select migration_name, checksum from _prisma_migrations where rolled_back_at is null and finished_at is not null')
    const done = new Map(rows.map((row) => [row.migration_name, row.checksum]))
    for (const migration of readMigrations(options.from)) {
      const before = done.get(migration.name)
      if (before === migration.checksum) continue
      if (before) throw new Error(`migration ${migration.name} was applied and has been changed since; write a new one instead`)
      options.log?.(`migrating: ${migration.name}`)
      await apply(client, migration)
      applied.push(migration.name)
    }
  } finally {
    await client.end()
  }
  return applied
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const transaction = !sql.startsWith('-- no transaction')
  if (transaction) await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) values ($1, $2, $3, now(), now(), 1)', [randomUUID(), checksum, name])
    if (transaction) await client.query('commit')
  } catch (error) {
    if (transaction) await client.query('rollback').catch(() => {})
    throw new Error(`migration ${name}: ${(error as Error).message}`, { cause: error })
  }
}
