import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { call } from '../../shared/call.ts'
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
const forgetting = forget(pool, `delete from customer_order where placed_at < now() - interval '1 hour'`)
const began = firstStart(place, Date.now())
let orders = 0

interface Order {
  sku: string
  quantity: number
  amountCents: number
  giftNote: string
}

/** The order as asked, or the sentence that says what is wrong with it. */
function readOrder(body: Record<string, unknown> | null): Order | string {
  const { sku, quantity, amountCents, giftNote = '' } = body ?? {}
  if (typeof sku !== 'string' || sku === '') return 'sku must name a product'
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) return 'quantity must be a whole number from 1 to 99'
  if (typeof amountCents !== 'number' || !Number.isInteger(amountCents) || amountCents <= 0) return 'amountCents must be a whole number above zero'
  if (typeof giftNote !== 'string' || giftNote.length > 200) return 'giftNote must be a text of at most 200 characters'
  return { sku, quantity, amountCents, giftNote }
}

/** Releases that know the column write it; the others never name it. */
async function write(id: string, order: Order): Promise<void> {
  if (release.settings['giftNotes']) await pool.query(`insert into customer_order (id, sku, quantity, amount_cents, status, gift_note) values ($1, $2, $3, $4, 'placed', $5)`, [id, order.sku, order.quantity, order.amountCents, order.giftNote])
  else await pool.query(`insert into customer_order (id, sku, quantity, amount_cents, status) values ($1, $2, $3, $4, 'placed')`, [id, order.sku, order.quantity, order.amountCents])
}

/** Charges the order; null when it is paid, else why not and with which status the customer hears of it. */
async function pay(id: string, amountCents: number): Promise<{ status: number; because: string } | null> {
  const headers = release.settings['requestKeys'] ? { 'idempotency-key': id } : undefined
  const outcome = await call('POST', `${place.gatewayUrl}/payments${String(release.settings['chargesPath'] ?? '/charges')}`, { body: { orderId: id, amountCents }, timeoutMs: Number(release.settings['paymentsTimeoutMs']), headers })
  if (outcome.kind === 'late') return { status: 504, because: 'payments did not answer in time' }
  if (outcome.kind === 'unreachable') return { status: 503, because: `payments cannot be reached (${outcome.because})` }
  if (outcome.status >= 200 && outcome.status < 300) return null
  return { status: outcome.status === 503 ? 503 : 502, because: `payments answered ${outcome.status}` }
}

await runService(
  release,
  place,
  [
    [
      'POST',
      '/orders',
      async (request, response) => {
        const order = readOrder(await objectOf(request))
        if (typeof order === 'string') return reply(response, 400, { because: order })
        const fault = faultOf(release.fault, Date.now() - began, orders++, Math.random())
        if (fault.die) process.exit(70)
        if (fault.waitMs) await pause(fault.waitMs)
        if (fault.fail) return reply(response, 500, { because: 'the order could not be priced' })
        const id = randomUUID()
        const amountCents = order.amountCents * fault.priceTimes
        try {
          await write(id, { ...order, amountCents })
          const unpaid = await pay(id, amountCents)
          await pool.query('update customer_order set status = $2 where id = $1', [id, unpaid ? 'unpaid' : 'paid'])
          if (unpaid) return reply(response, unpaid.status, { because: unpaid.because })
        } catch (error) {
          return reply(response, 503, { because: `the order could not be written: ${error instanceof Error ? error.message : String(error)}` })
        }
        reply(response, 201, { orderId: id })
      },
    ],
    [
      'GET',
      '/orders/*',
      async (_request, response, url) => {
        const id = url.pathname.slice('/orders/'.length)
        if (!/^[0-9a-f-]{36}$/.test(id)) return reply(response, 400, { because: 'the address must end in the id of an order' })
        const { rows } = await pool.query<{ status: string; sku: string; quantity: number; amount_cents: number }>('select status, sku, quantity, amount_cents from customer_order where id = $1', [id])
        const row = rows[0]
        if (!row) return reply(response, 404, { because: 'there is no such order' })
        reply(response, 200, { orderId: id, status: row.status, sku: row.sku, quantity: row.quantity, amountCents: row.amount_cents })
      },
    ],
  ],
  async () => {
    clearInterval(forgetting)
    await pool.end()
  },
)
