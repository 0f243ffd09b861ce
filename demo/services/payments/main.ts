import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { forget, migrate, openPool } from '../../shared/database.ts'
import { faultOf } from '../../shared/fault.ts'
import { objectOf, reply } from '../../shared/http.ts'
import { firstStart, readPlace, readRelease } from '../../shared/release.ts'
import { runService } from '../../shared/service.ts'

const root = join(import.meta.dirname, '../..')
const release = readRelease(root)
const place = readPlace(process.env)
const pool = openPool(place.databaseUrl)
await migrate(pool, join(root, 'migrations'))
const began = firstStart(place, Date.now())
let charges = 0
const forgetting = forget(pool, `delete from charge where charged_at < now() - interval '1 hour'`)

/** Charges once for a request key where the release knows keys; the second asker gets the first charge. */
async function charge(orderId: string, amount: number, key: string | null): Promise<{ id: string; again: boolean }> {
  const id = randomUUID()
  const [column, order] = release.settings['orderHashes'] ? (['order_hash', createHash('md5').update(orderId).digest('hex')] as const) : (['order_id', orderId] as const)
  if (!key || !release.settings['requestKeys']) {
    await pool.query(`insert into charge (id, ${column}, amount_cents) values ($1, $2, $3)`, [id, order, amount])
    return { id, again: false }
  }
  const { rowCount } = await pool.query(`insert into charge (id, ${column}, amount_cents, request_key) values ($1, $2, $3, $4) on conflict (request_key) do nothing`, [id, order, amount, key])
  if (rowCount) return { id, again: false }
  const { rows } = await pool.query<{ id: string }>('select id from charge where request_key = $1', [key])
  return { id: rows[0]?.id ?? id, again: true }
}

await runService(
  release,
  place,
  [
    [
      'POST',
      String(release.settings['chargesPath'] ?? '/charges'),
      async (request, response) => {
        const fault = faultOf(release.fault, Date.now() - began, charges++, Math.random())
        if (fault.fail) return reply(response, 500, { because: 'the charge could not be authorised' })
        const body = await objectOf(request)
        const { orderId, amountCents } = body ?? {}
        if (typeof orderId !== 'string' || !/^[0-9a-f-]{36}$/.test(orderId)) return reply(response, 400, { because: 'orderId must be the id of an order' })
        if (typeof amountCents !== 'number' || !Number.isInteger(amountCents) || amountCents <= 0) return reply(response, 400, { because: 'amountCents must be a whole number above zero' })
        const key = request.headers['idempotency-key']
        const made = await charge(orderId, amountCents, typeof key === 'string' ? key : null).catch((error: Error) => error)
        if (made instanceof Error) return reply(response, 503, { because: `the charge could not be written: ${made.message}` })
        reply(response, made.again ? 200 : 201, { chargeId: made.id })
      },
    ],
  ],
  async () => {
    clearInterval(forgetting)
    await pool.end()
  },
)
