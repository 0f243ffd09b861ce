import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './files.ts'
import { dataFolder, prepareDatabase, startPostgres } from './postgres.ts'

export interface Local {
  settings: { ANCHOR_FILES: string; DATABASE_URL: string; DATABASE_MIGRATE_URL: string; DATABASE_PUBLIC_URL: string; AUTH_SECRET: string; SIGNING_KEY: string; SECRETS_KEY: string }
  stop(): Promise<void>
}

interface Secrets {
  AUTH_SECRET: string
  SIGNING_KEY: string
  SECRETS_KEY: string
}

/** Secrets of this checkout, made once and readable by nobody else. Losing them ends sessions and makes agents enrol again. */
function secrets(): Secrets {
  const file = join(root, '.knowngood/secrets.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {}
  const all: Secrets = {
    AUTH_SECRET: kept.AUTH_SECRET ?? randomBytes(33).toString('base64'),
    SIGNING_KEY: kept.SIGNING_KEY ?? generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    SECRETS_KEY: kept.SECRETS_KEY ?? randomBytes(32).toString('base64'),
  }
  // One that a later version came to need is added to those that are there.
  if (Object.keys(kept).length < Object.keys(all).length) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(all), { mode: 0o600 })
  }
  return all
}

/** A PostgreSQL and secrets of this checkout's own, for whoever has set none: one command is enough to see the product. */
export async function localSettings(): Promise<Local> {
  const dir = dataFolder('server')
  const cluster = await startPostgres({ dir })
  const urls = await prepareDatabase(cluster, 'knowngood', join(dir, 'passwords'))
  return {
    settings: { DATABASE_URL: urls.databaseUrl, DATABASE_MIGRATE_URL: urls.migrateUrl, DATABASE_PUBLIC_URL: urls.publicUrl, ANCHOR_FILES: join(dir, 'tree-heads.jsonl'), ...secrets() },
    stop: () => cluster.stop(),
  }
}
