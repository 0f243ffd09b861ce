import { backoffMs } from './backoff.ts'
import { Refused } from './http.ts'
import type { Server } from './http.ts'
import { pause } from './pause.ts'
import type { Sample } from './protocol.ts'

const batchSize = 200
const mostWaiting = 2_000
/** The server takes nothing that is five minutes old. */
const oldestMs = 4 * 60_000

/** Sends samples in order; keeps them while the server cannot be reached, the oldest go first. */
export function reportSamples(server: Server, { tell, signal }: { tell: (sentence: string) => void; signal: AbortSignal }): (samples: Sample[]) => void {
  let waiting: Sample[] = []
  let sending = false

  async function drain(): Promise<void> {
    if (sending) return
    sending = true
    for (let failures = 0; waiting.length > 0 && !signal.aborted; ) {
      waiting = waiting.filter((sample) => server.now() - Date.parse(sample.at) < oldestMs)
      const batch = waiting.slice(0, batchSize)
      if (batch.length === 0) break
      try {
        await server.post('/api/v1/agents/samples', { v: 1, samples: batch }, { timeoutMs: 5_000, signal })
        waiting = waiting.filter((sample) => !batch.includes(sample))
        failures = 0
      } catch (error) {
        if (signal.aborted) break
        tell(`samples: ${(error as Error).message}`)
        // Understood and not wanted: the same again would be refused again.
        if (error instanceof Refused) waiting = waiting.filter((sample) => !batch.includes(sample))
        else await pause(backoffMs(failures++, Math.random(), { baseMs: 500, capMs: 5_000 }), signal)
      }
    }
    sending = false
  }

  return (samples) => {
    waiting = [...waiting, ...samples].slice(-mostWaiting)
    void drain()
  }
}
