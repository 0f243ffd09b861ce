import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import pg from 'pg'

/** One database and one role for each name; the role owns its database and nothing else. Returns where each is reached. */
export async function prepareDatabases(superuserUrl: string, names: readonly string[], passwordFile: string): Promise<Record<string, string>> {
  const kept = existsSync(passwordFile) ? (JSON.parse(readFileSync(passwordFile, 'utf8')) as Record<string, string>) : {}
  const passwords = Object.fromEntries(names.map((name) => [name, kept[name] ?? randomBytes(18).toString('base64url')]))
  writeFileSync(passwordFile, JSON.stringify(passwords), { mode: 0o600 })
  const server = new URL(superuserUrl)
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    for (const name of names) {
      const { rowCount: known } = await client.query('select 1 from pg_roles where rolname = $1', [name])
      await client.query(`${known ? 'alter' : 'create'} role ${name} with login password '${passwords[name]}'`)
      const { rowCount: there } = await client.query('select 1 from pg_database where datname = $1', [name])
      if (there) continue
      await client.query(`create database ${name} owner ${name}`)
      await client.query(`revoke connect on database ${name} from public`)
    }
  } finally {
    await client.end()
  }
  return Object.fromEntries(names.map((name) => [name, `postgresql://${name}:${passwords[name]}@${server.host}/${name}`]))
}
