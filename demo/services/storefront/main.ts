import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { call } from '../../shared/call.ts'
import { objectOf, reply } from '../../shared/http.ts'
import { readPlace, readRelease } from '../../shared/release.ts'
import { runService } from '../../shared/service.ts'
import { catalogue } from './catalogue.ts'

const release = readRelease(join(import.meta.dirname, '../..'))
const place = readPlace(process.env)
const etag = `"${createHash('sha256').update(JSON.stringify(catalogue)).digest('hex').slice(0, 16)}"`

await runService(
  release,
  place,
  [
    [
      'GET',
      '/',
      (request, response) => {
        if (!release.settings['etags']) return reply(response, 200, { products: catalogue })
        if (request.headers['if-none-match'] !== etag) return reply(response, 200, { products: catalogue }, { etag })
        response.writeHead(304, { etag })
        response.end()
      },
    ],
    [
      'POST',
      '/buy',
      async (request, response) => {
        const { sku, quantity = 1, giftNote } = (await objectOf(request)) ?? {}
        const product = catalogue.find((one) => one.sku === sku)
        if (!product) return reply(response, 400, { because: 'sku must be one of the products in the catalogue' })
        if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1 || quantity > 99) return reply(response, 400, { because: 'quantity must be a whole number from 1 to 99' })
        const body = { sku, quantity, amountCents: product.priceCents * quantity, ...(typeof giftNote === 'string' ? { giftNote } : {}) }
        const outcome = await call('POST', `${place.gatewayUrl}/checkout/orders`, { body, timeoutMs: Number(release.settings['checkoutTimeoutMs']) })
        if (outcome.kind === 'late') return reply(response, 504, { because: 'checkout did not answer in time' })
        if (outcome.kind === 'unreachable') return reply(response, 503, { because: `checkout cannot be reached (${outcome.because})` })
        if (outcome.status === 201) return reply(response, 201, JSON.parse(outcome.body))
        reply(response, outcome.status === 503 ? 503 : 502, { because: `checkout answered ${outcome.status}` })
      },
    ],
  ],
  () => Promise.resolve(),
)
