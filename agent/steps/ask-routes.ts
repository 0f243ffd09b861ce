import { Because } from '../because.ts'
import { monotonicMs } from '../monotonic.ts'
import { pause } from '../pause.ts'
import type { StepTools } from './step.ts'

const mostRequests = 40
const longestMs = 8_000
const atLeastInARow = 6
const afterMatchMs = 25
const afterMissMs = 200

export interface Routes {
  asked: number
  inARow: number
}

/** Asks the address that users use until only the wanted digest answers, several times in a row; null where a target has none. */
export async function askRoutes(digest: string, instances: number | undefined, { routes: url, log, signal }: Pick<StepTools, 'routes' | 'log' | 'signal'>): Promise<Routes | null> {
  if (!url) return null
  const until = monotonicMs() + longestMs
  // Twice around a round-robin, so that no instance can hide.
  const inARow = Math.min(mostRequests / 2, Math.max(atLeastInARow, 2 * (instances ?? 0)))
  let row = 0
  let last = 'nothing answered'
  for (let asked = 1; asked <= mostRequests && monotonicMs() < until && !signal.aborted; asked++) {
    const answer = await askOnce(url, signal)
    if (answer.digest === digest) {
      row += 1
      if (row >= inARow) {
        log(`${url} answered with the wanted release ${row} times in a row`)
        return { asked, inARow: row }
      }
    } else {
      row = 0
      last = answer.sentence
    }
    await pause(answer.digest === digest ? afterMatchMs : afterMissMs, signal)
  }
  throw new Because(`${url} did not answer with the wanted release ${inARow} times in a row: ${last}`)
}

async function askOnce(url: string, signal: AbortSignal): Promise<{ digest: string | null; sentence: string }> {
  try {
    const response = await fetch(url, { headers: { 'cache-control': 'no-cache', accept: 'application/json' }, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) })
    if (!response.ok) {
      await response.body?.cancel()
      return { digest: null, sentence: `it answered ${response.status}` }
    }
    const { digest, version } = (await response.json()) as { digest?: unknown; version?: unknown }
    return typeof digest === 'string' ? { digest, sentence: `it answered with ${typeof version === 'string' ? version : digest.slice(0, 19)}` } : { digest: null, sentence: 'it answered without a digest' }
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined
    return { digest: null, sentence: `it could not be asked (${cause?.code ?? (error as Error).name})` }
  }
}
