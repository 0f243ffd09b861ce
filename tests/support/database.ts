import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { forget } from '#lib/platform/runtime.ts'
import { db, pool, publicPool } from '#lib/platform/db.ts'
import { generateKeyPairSync, randomBytes } from 'node:crypto'

/** Points this test file's process at its own fresh copy of the migrated database, and drops it afterwards. */
export async function freshDatabase(): Promise<{ databaseUrl: string; migrateUrl: string; publicUrl: string; superuserUrl: string }> {
  const name = `kg_${randomUUID().replaceAll('-', '')}`
  const superuser = new pg.Client({ connectionString: inject('superuserUrl') })
  await superuser.connect()
  await superuser.query(`create database ${name} template template_kg owner knowngood_owner`)
  await superuser.end()
  const at = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href
  const template = inject('templateUrls')
  const urls = { databaseUrl: at(template.databaseUrl), migrateUrl: at(template.migrateUrl), publicUrl: at(template.publicUrl), superuserUrl: at(inject('superuserUrl')) }
  Object.assign(process.env, {
    DATABASE_URL: urls.databaseUrl,
    DATABASE_PUBLIC_URL: urls.publicUrl,
    PUBLIC_URL: 'http://localhost:3000',
    AUTH_SECRET: randomUUID() + randomUUID(),
    SIGNING_KEY: generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'fatal',
  })
  afterAll(async () => {
    await db().$disconnect()
    await Promise.all([pool().end(), publicPool().end()])
    for (const one of ['db', 'pool', 'public-pool']) forget(one)
    const client = new pg.Client({ connectionString: inject('superuserUrl') })
    await client.connect()
    await client.query(`drop database if exists ${name} with (force)`)
    await client.end()
  })
  return urls
}
