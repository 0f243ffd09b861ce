import { percentile } from './arrivals.ts'

export interface RegionStats {
  sent: number
  ok: number
  failed: number
  /** Shoppers that were not sent because too many were still waiting. */
  turnedAway: number
  inFlight: number
  byCode: Record<string, number>
  lastTenSeconds: { requests: number; failed: number; p95Ms: number | null }
}

export interface TrafficStats {
  since: string
  regions: Record<string, RegionStats>
}

/** Counts what shoppers got. */
export function countOutcomes(): { waiting(): number; sent(): void; turnedAway(): void; done(code: string, ok: boolean, ms: number, at: number): void; read(now: number): RegionStats } {
  const total = { sent: 0, ok: 0, failed: 0, turnedAway: 0, inFlight: 0 }
  const byCode: Record<string, number> = {}
  let recent: { at: number; ok: boolean; ms: number }[] = []
  return {
    waiting: () => total.inFlight,
    sent: () => {
      total.sent++
      total.inFlight++
    },
    turnedAway: () => void total.turnedAway++,
    done: (code, ok, ms, at) => {
      total.inFlight--
      total[ok ? 'ok' : 'failed']++
      byCode[code] = (byCode[code] ?? 0) + 1
      recent.push({ at, ok, ms })
      if (recent.length > 20_000) recent = recent.slice(-10_000)
    },
    read: (now) => {
      recent = recent.filter(({ at }) => at > now - 10_000)
      return { ...total, byCode: { ...byCode }, lastTenSeconds: { requests: recent.length, failed: recent.filter(({ ok }) => !ok).length, p95Ms: percentile(recent.map(({ ms }) => ms), 0.95) } }
    },
  }
}
