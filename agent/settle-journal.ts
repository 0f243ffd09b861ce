import type { Workshop } from './run-step.ts'
import { report } from './run-step.ts'

/** After every line an attempt can have logged itself. */
const lastSeq = 1_000_000

/** What an earlier life of this agent left open: reports are delivered, what was cut off is said so and never done again. */
export async function settleJournal(shop: Pick<Workshop, 'server' | 'journal' | 'plans' | 'tell' | 'wantsMore'>): Promise<void> {
  const { server, journal, tell } = shop
  const { started, untold } = journal.unsettled
  for (const { stepId, epoch, outcome, because, result } of untold) {
    tell('delivering a report of before the restart', { stepId, epoch })
    await report(shop, { stepId, epoch }, { outcome, because, result }, () => false)
  }
  for (const { stepId, epoch, key } of started) {
    const sentence = `the agent ended while ${key} was running; how it ended is not known here, and it is not done again under this lease`
    journal.write({ type: 'lost', at: new Date().toISOString(), stepId, epoch, because: sentence })
    tell(sentence, { stepId, epoch })
    // The lease runs out by itself; this line only explains why.
    await server
      .post(`/api/v1/agents/steps/${stepId}/log`, { v: 1, epoch, lines: [{ seq: lastSeq, at: new Date().toISOString(), stream: 'agent', line: sentence }] }, { timeoutMs: 5_000 })
      .catch((error: unknown) => tell(`that could not be added to its log: ${(error as Error).message}`, { stepId, epoch }))
  }
}
