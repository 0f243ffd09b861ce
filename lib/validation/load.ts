import type { Tx } from '#lib/platform/db.ts'
import type { SampleFacts } from './model.ts'

interface SampleRow {
  target_id: string
  at: Date
  seconds: number
  requests: number
  errors: number
  latency: SampleFacts['latency']
}

/** What was measured on targets between two moments (the second not included), oldest first. */
export async function loadSamples(tx: Tx, targetIds: readonly string[], from: Date, to: Date): Promise<Map<string, SampleFacts[]>> {
  const rows = await tx.$queryRaw<SampleRow[]>`
    select target_id, at, seconds, requests, errors, latency from sample
    where target_id = any(${[...targetIds]}::uuid[]) and at >= ${from}::timestamptz and at < ${to}::timestamptz order by target_id, at`
  const byTarget = new Map<string, SampleFacts[]>(targetIds.map((id) => [id, []]))
  for (const { target_id, at, seconds, requests, errors, latency } of rows) byTarget.get(target_id)?.push({ at: at.getTime(), seconds, requests, errors, latency })
  return byTarget
}

/** The samples that baselines keep, by baseline. */
export async function loadBaselines(tx: Tx, baselineIds: readonly string[]): Promise<Map<string, SampleFacts[]>> {
  const rows = await tx.baseline.findMany({ where: { id: { in: [...baselineIds] } }, select: { id: true, samples: true } })
  return new Map(rows.map((row) => [row.id, row.samples as unknown as SampleFacts[]]))
}
