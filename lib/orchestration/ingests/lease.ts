import { z } from 'zod'
import { bell } from '#lib/platform/bell.ts'
import { execute } from '#lib/platform/command.ts'
import { ingest } from '#lib/platform/ingest.ts'
import { shared } from '#lib/platform/runtime.ts'
import type { Lease } from '../commands/lease-step.ts'
import { leaseStep, plansHeld } from '../commands/lease-step.ts'
import { agentOf } from '../load.ts'
import { candidateFor, givenUnder, lookAgainMs } from '../ready-steps.ts'

export const lease = ingest({
  name: 'agent.lease',
  summary: 'Wait for a step to do. Answers at once when there is one, with null after waitMs when there is none.',
  permission: 'agent.work',
  input: z.strictObject({ v: z.literal(1), waitMs: z.number().int().min(0).max(30_000), ask: z.uuid().nullable().default(null).describe('The agent’s own id of this request. Asked again under the same one, because no answer came, it is given the same lease'), plans: plansHeld }),

  load: async ({ actor }) => {
    const agent = agentOf(actor)
    return { subject: agent, scope: { projectId: agent.projectId, environmentId: agent.environmentId, regionId: agent.regionId } }
  },

  async write({ db, signal }, { waitMs, ask, plans }, agent): Promise<{ lease: Lease | null }> {
    const deadline = performance.now() + waitMs
    const draining = shared('drain', () => new AbortController()).signal
    const given = ask ? await givenUnder(db, agent, ask) : null
    if (given) {
      const { lease: again } = await execute(leaseStep, agent, { stepId: given, ask, plans })
      if (again) return { lease: again }
    }
    for (;;) {
      const ring = (): Promise<void> => nextRing(Math.min(lookAgainMs, Math.max(0, deadline - performance.now())), [signal, draining])
      let rung = ring()
      const candidate = await candidateFor(db, agent)
      if (candidate) {
        const { lease: got } = await execute(leaseStep, agent, { stepId: candidate.id, ask, plans }).finally(candidate.done)
        if (got) return { lease: got }
        // The attempt has rung the bell itself: what counts is what others do from here on.
        rung = ring()
      }
      if (performance.now() >= deadline || signal.aborted || draining.aborted) return { lease: null }
      await rung
    }
  },
})

/** Resolves at the next ring, after `ms`, or when a signal ends the wait. Made before looking, so that no ring is missed. */
function nextRing(ms: number, signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      off()
      for (const signal of signals) signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    const off = bell().onRing(done)
    for (const signal of signals) signal.addEventListener('abort', done, { once: true })
  })
}
