import { regions } from '../harbor.ts'
import { call } from '../shared/call.ts'
import type { RegionName } from '../fleet.ts'
import type { Stack } from '../stack.ts'
import { until } from '../stack.ts'

const mug = { sku: 'mug', cents: 1_250 }

/** Buys a mug where customers do, then reads what the order says it cost. Null where the shop did not sell it. */
export async function priceOfAMug({ fleet }: Pick<Stack, 'fleet'>, region: RegionName): Promise<number | null> {
  const { gatewayUrl } = fleet.places[region]
  const bought = await call('POST', `${gatewayUrl}/storefront/buy`, { body: { sku: mug.sku }, timeoutMs: 8_000 })
  if (bought.kind !== 'answered' || bought.status !== 201) return null
  const { orderId } = JSON.parse(bought.body) as { orderId: string }
  const asked = await call('GET', `${gatewayUrl}/checkout/orders/${orderId}`, { timeoutMs: 4_000 })
  return asked.kind === 'answered' && asked.status === 200 ? (JSON.parse(asked.body) as { amountCents: number }).amountCents : null
}

/** Until customers of every region pay what the catalogue says (`right`), or something else. */
export async function pricesAre(stack: Pick<Stack, 'fleet'>, what: 'right' | 'wrong', ms: number): Promise<number[]> {
  return until(`customers of ${regions.join(' and ')} pay ${what === 'right' ? 'the right' : 'a wrong'} price`, ms, async () => {
    const prices = await Promise.all(regions.map((region) => priceOfAMug(stack, region)))
    const paid = prices.filter((price) => price !== null)
    return paid.length === regions.length && paid.every((price) => (price === mug.cents) === (what === 'right')) ? paid : null
  })
}
