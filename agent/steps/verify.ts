import { Because } from '../because.ts'
import { allRun, sentenceOfInstances } from '../drivers/driver.ts'
import { monotonicMs } from '../monotonic.ts'
import { pause } from '../pause.ts'
import type { Step, StepTools } from './step.ts'

const mostRequests = 40
const longestMs = 8_000
const atLeastInARow = 6
const afterMatchMs = 25
const afterMissMs = 200

/** What really serves: asked where users come in, then of the target itself. */
export const verify: Step<'verify'> = async ({ service, digest, instances: wanted }, tools) => {
  const until = monotonicMs() + longestMs
  // Twice around a round-robin, so that no instance can hide.
  const inARow = Math.min(mostRequests / 2, Math.max(atLeastInARow, 2 * (wanted ?? 0)))
  const routes = tools.routes ? await askRoutes(tools.routes, digest, inARow, until, tools) : null

  for (;;) {
    const seen = await tools.driver.observe(tools)
    const enough = wanted === undefined || seen.length >= wanted
    if (allRun(seen, digest) && enough) {
      await tools.driver.verify(digest, tools)
      tools.log(sentenceOfInstances(seen))
      return { instances: seen, ...(routes ? { routes } : {}) }
    }
    if (monotonicMs() >= until || tools.signal.aborted) {
      throw new Because(enough ? `not every instance of ${service} is healthy on ${digest.slice(0, 19)}: ${sentenceOfInstances(seen)}` : `${service} should have ${wanted} instances; ${sentenceOfInstances(seen)}`, { instances: seen })
    }
    await pause(afterMissMs, tools.signal)
  }
}

interface Routes {
  asked: number
  inARow: number
}

/** Asks the address that users use until only the wanted digest answers, several times in a row. */
async function askRoutes(url: string, digest: string, inARow: number, until: number, { log, signal }: StepTools): Promise<Routes> {
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
