import { readFileSync } from 'node:fs'
import { seeded } from '../random.ts'
import { call } from '../shared/call.ts'
import { reply, serve } from '../shared/http.ts'
import { leaveWithParent } from '../shared/leave-with-parent.ts'
import { untilNext } from './arrivals.ts'
import { countOutcomes, type TrafficStats } from './stats.ts'

interface TrafficConfig {
  port: number
  seed: number
  /** Where shoppers go, by place, and how many a second there on average. */
  regions: Record<string, { gatewayUrl: string; perSecond: number }>
}

const skus = ['rope-12', 'lamp-led', 'chart-bay', 'jacket-m', 'compass', 'fender', 'mug', 'knife']
const shareThatBuys = 0.6
const mostWaiting = 200

const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as TrafficConfig
const since = new Date().toISOString()
let open = true

/** Shoppers come whether or not the shop keeps up: a slow answer never makes the next one wait. */
const counts = Object.entries(config.regions).map(([region, { gatewayUrl, perSecond }]) => {
  const counted = countOutcomes()
  const random = seeded(config.seed, 'traffic', region)
  const shop = async (): Promise<void> => {
    const began = performance.now()
    const buys = random() < shareThatBuys
    const body = { sku: skus[Math.floor(random() * skus.length)], quantity: 1 + Math.floor(random() * 3) }
    counted.sent()
    const outcome = buys ? await call('POST', `${gatewayUrl}/storefront/buy`, { body, timeoutMs: 6_000 }) : await call('GET', `${gatewayUrl}/storefront/`, { timeoutMs: 6_000 })
    const code = outcome.kind === 'answered' ? String(outcome.status) : outcome.kind
    counted.done(code, outcome.kind === 'answered' && outcome.status < 400, performance.now() - began, performance.now())
  }
  const next = (due: number): void => {
    if (!open) return
    setTimeout(() => {
      if (counted.waiting() >= mostWaiting) counted.turnedAway()
      else void shop()
      // From when it was due, not from when the timer came: the rate holds on a busy machine.
      next(Math.max(due, performance.now() - 1_000) + untilNext(perSecond, random()))
    }, Math.max(0, due - performance.now()))
  }
  next(performance.now())
  return [region, counted] as const
})

const server = await serve(config.port, (_request, response, url) => {
  if (url.pathname !== '/stats') return reply(response, 404, { because: 'here is /stats' })
  const stats: TrafficStats = { since, regions: Object.fromEntries(counts.map(([region, counted]) => [region, counted.read(performance.now())])) }
  reply(response, 200, stats)
})

leaveWithParent(() => {
  open = false
  server.close()
  server.closeAllConnections()
  return Promise.resolve()
}, 1_000)
