import type { ClientBase } from 'pg'
import type { SampleFacts } from '#lib/validation/model.ts'
import { aheadMs } from './rules/measure.ts'

interface SampleRow {
  target_id: string
  at: Date
  seconds: number
  requests: number
  errors: number
  latency: SampleFacts['latency']
}

/** What arrives later than this behind its target's newest sample is not seen any more by the evaluator. */
const lateMs = 5_000

/**
 * The newest samples of many targets. Derived from the table and kept between rounds, so that a round reads what is new
 * and not an hour of samples; a new one simply begins by reading all of it.
 */
export interface SampleWindow {
  /** Brings `targetIds` up to date, from `from` to `now`, in one read. */
  load(client: ClientBase, targetIds: readonly string[], from: number, now: number): Promise<void>
  of(targetId: string): readonly SampleFacts[]
}

export function sampleWindow(): SampleWindow {
  let kept = new Map<string, SampleFacts[]>()
  let reachesBackTo = Infinity

  return {
    async load(client, targetIds, from, now) {
      // A longer window than before is not in memory: begin anew.
      if (from < reachesBackTo) kept = new Map()
      const since = targetIds.map((id) => Math.max(from, (kept.get(id)?.at(-1)?.at ?? -Infinity) - lateMs))
      const { rows } = await client.query<SampleRow>(
        `select s.target_id, s.at, s.seconds, s.requests, s.errors, s.latency from unnest($1::uuid[], $2::timestamptz[]) as w(id, since)
         cross join lateral (select * from sample s where s.target_id = w.id and s.at > w.since and s.at <= $3) s order by s.target_id, s.at`,
        [targetIds, since.map((ms) => new Date(ms)), new Date(now + aheadMs)],
      )
      const next = new Map(targetIds.map((id, i) => [id, (kept.get(id) ?? []).filter((sample) => sample.at > from && sample.at <= (since[i] ?? from))]))
      for (const { target_id, at, seconds, requests, errors, latency } of rows) next.get(target_id)?.push({ at: at.getTime(), seconds, requests, errors, latency })
      kept = next
      reachesBackTo = from
    },
    of: (targetId) => kept.get(targetId) ?? [],
  }
}
