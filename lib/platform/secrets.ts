import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { pool } from './db.ts'
import { env } from './env.ts'

const key = (): Buffer => Buffer.from(env().SECRETS_KEY, 'base64')

/** Where a sealed text belongs: it opens there and nowhere else, so that none can be moved to another row. */
export interface Place {
  table: string
  row: string
  column: string
}

const bound = ({ table, row, column }: Place): Buffer => Buffer.from(`${table}|${row}|${column}`)

/** A secret as the database keeps it: `v1.<nonce>.<text>.<tag>`, AES-256-GCM with a nonce of its own (96 bits). */
export function seal(text: string, place: Place): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key(), nonce).setAAD(bound(place))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return ['v1', ...[nonce, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.')
}

/** The secret again. Throws for one that was changed, moved, or sealed with another key. */
export function unseal(text: string, place: Place): string {
  const [version, nonce, sealed, tag] = text.split('.')
  if (version !== 'v1' || !nonce || sealed === undefined || !tag) throw new Error('this is no sealed secret of ours')
  const decipher = createDecipheriv('aes-256-gcm', key(), Buffer.from(nonce, 'base64url'), { authTagLength: 16 }).setAAD(bound(place)).setAuthTag(Buffer.from(tag, 'base64url'))
  return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()]).toString('utf8')
}

const probe: Place = { table: 'setting', row: 'secrets-probe', column: 'value' }

/** Refuses to start with a key that does not open what this database keeps: better now than when somebody needs their second factor. */
export async function assertSecretsOpen(): Promise<void> {
  await pool().query(`insert into setting (name, value, created_at) values ($1, to_jsonb($2::text), now()) on conflict do nothing`, [probe.row, seal('it opens', probe)])
  const { rows } = await pool().query<{ value: string }>('select value from setting where name = $1', [probe.row])
  try {
    if (unseal(rows[0]?.value ?? '', probe) === 'it opens') return
  } catch {
    // Said below.
  }
  throw new Error('SECRETS_KEY is not the key with which this database’s secrets were sealed; start with that one (see docs/guides/operate.md)')
}
