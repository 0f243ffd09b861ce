import { backoffMs } from './backoff.ts'
import { Unreachable } from './http.ts'
import type { Server } from './http.ts'
import { pause } from './pause.ts'
import type { Observation } from './protocol.ts'

export interface HeartbeatOptions {
  server: Server
  heartbeatMs: number
  stepKinds: readonly string[]
  /** How many steps it does at a time. */
  parallel: number
  working: () => { stepId: string; epoch: number }[]
  observations: () => Observation[]
  measure: (services: string[]) => void
  cancel: (stepIds: string[]) => void
  tell: (sentence: string) => void
  signal: AbortSignal
}

/** Says that this agent is alive and what it sees; returns what makes the next one come at once. */
export function startHeartbeat({ server, heartbeatMs, stepKinds, parallel, working, observations, measure, cancel, tell, signal }: HeartbeatOptions): () => void {
  let early = new AbortController()

  async function beat(): Promise<void> {
    const sent = Date.now()
    const answer = await server.post<{ now: number; measure: string[]; cancel: string[] }>(
      '/api/v1/agents/heartbeat',
      { v: 1, stepKinds, parallel, working: working(), observations: observations() },
      { timeoutMs: Math.max(5_000, heartbeatMs), signal },
    )
    // Half the way there, half the way back.
    server.learnNow(answer.now + (Date.now() - sent) / 2)
    measure(answer.measure)
    if (answer.cancel.length > 0) cancel(answer.cancel)
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      early = new AbortController()
      try {
        await beat()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        tell(`heartbeat: ${(error as Error).message}`)
        const retryAfter = error instanceof Unreachable ? error.retryAfterMs : null
        // Never slower than in good times, which is no more than the server bears anyway: after it was away, what runs is known again at once.
        await pause(retryAfter ?? backoffMs(failures, Math.random(), { baseMs: heartbeatMs / 4, capMs: heartbeatMs }), signal)
        continue
      }
      await pause(heartbeatMs, AbortSignal.any([signal, early.signal]))
      // Several changes at once are one piece of news.
      if (early.signal.aborted) await pause(50, signal)
    }
  }

  void run()
  return () => early.abort()
}
