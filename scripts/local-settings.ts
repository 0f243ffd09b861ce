import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './files.ts'
import { dataFolder, prepareDatabase, startPostgres } from './postgres.ts'

export interface Local {
  settings: { DATABASE_URL: string; DATABASE_MIGRATE_URL: string; DATABASE_PUBLIC_URL: string; AUTH_SECRET: string; SIGNING_KEY: string }
  stop(): Promise<void>
}

/** Secrets of this checkout, made once and readable by nobody else. Losing them ends sessions and makes agents enrol again. */
function secrets(): { AUTH_SECRET: string; SIGNING_KEY: string } {
  const file = join(root, '.knowngood/secrets.json')
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true })
    const made = { AUTH_SECRET: randomBytes(33).toString('base64'), SIGNING_KEY: generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 })
  }
  return JSON.parse(readFileSync(file, 'utf8')) as { AUTH_SECRET: string; SIGNING_KEY: string }
}

/** A PostgreSQL and secrets of this checkout's own, for whoever has set none: one command is enough to see the product. */
export async function localSettings(): Promise<Local> {
  const dir = dataFolder('server')
  const cluster = await startPostgres({ dir })
  const urls = await prepareDatabase(cluster, 'knowngood', join(dir, 'passwords'))
  return {
    settings: { DATABASE_URL: urls.databaseUrl, DATABASE_MIGRATE_URL: urls.migrateUrl, DATABASE_PUBLIC_URL: urls.publicUrl, ...secrets() },
    stop: () => cluster.stop(),
  }
}
