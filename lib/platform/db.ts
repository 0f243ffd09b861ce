import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Prisma } from '#lib/generated/prisma/client.ts'
import { PrismaClient } from '#lib/generated/prisma/client.ts'
import { env } from './env.ts'
import { log } from './log.ts'
import { shared } from './runtime.ts'

/** The open transaction that a command works in. */
export type Tx = Prisma.TransactionClient
export type Db = PrismaClient

function makePool(connectionString: string, max: number, name: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, application_name: name, connectionTimeoutMillis: 4000, idle_in_transaction_session_timeout: 20_000, keepAlive: true })
  // Without a listener, a connection that the server closes while idle ends the whole process.
  pool.on('error', (error) => log('db').warn({ error: error.message }, 'an idle database connection was lost'))
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** The application's pool, as the application role. */
export const pool = (): pg.Pool => shared('pool', () => makePool(env().DATABASE_URL, 12, 'knowngood'))

/** Prisma over the application's pool. */
export const db = (): Db => shared('db', () => new PrismaClient({ adapter: new PrismaPg(pool(), { disposeExternalPool: false }) }))

/** The status page's own pool: its role can read what was published and nothing else. */
export const publicPool = (): pg.Pool => shared('public-pool', () => makePool(env().DATABASE_PUBLIC_URL, 4, 'knowngood-public'))

/** PostgreSQL's own code for a broken unique constraint, whichever layer reports it. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, meta, cause } = error as { code?: string; meta?: { code?: string }; cause?: { originalCode?: string } }
  return code === 'P2002' || code === '23505' || meta?.code === '23505' || cause?.originalCode === '23505'
}
