import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backoffMs } from './backoff.ts'
import type { Config, StepKind } from './config.ts'
import { targetKinds } from './config.ts'
import { cannotOf } from './drivers/driver-of.ts'
import { enrol } from './enrol.ts'
import { GuardPool } from './guard-pool.ts'
import { startHeartbeat } from './heartbeat.ts'
import { connect, Unreachable } from './http.ts'
import { Journal } from './journal.ts'
import { loadFingerprintKey, loadKey } from './key.ts'
import { monotonicMs } from './monotonic.ts'
import { watchTargets } from './observe-targets.ts'
import { onlyOne } from './only-one.ts'
import { pause } from './pause.ts'
import { PlanBook } from './plan-book.ts'
import type { Lease } from './protocol.ts'
import { reportSamples } from './report-samples.ts'
import type { Leased, Workshop } from './run-step.ts'
import { runStep, scratchFolder } from './run-step.ts'
import { settleJournal } from './settle-journal.ts'
import { runSampler } from './signals/sampler.ts'

export type Tell = (sentence: string, about?: Record<string, unknown>) => void

const longPollMs = 20_000
/** How long an agent that was asked to end still sends the logs of what it did. */
const lastWordsMs = 2_000
/** The same trouble is said once in so long. */
const repeatMs = 30_000

/** Runs an agent until `stopping`: the steps at hand are finished and reported, no other is taken. */
export async function runAgent(config: Config, { stopping, tell }: { stopping: AbortSignal; tell: Tell }): Promise<void> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  const giveBack = onlyOne(config.data)
  const ended = new AbortController()
  const guards = new GuardPool(config.parallel, join(config.data, 'compiled'))
  try {
    rmSync(scratchFolder(config.data), { recursive: true, force: true })
    const key = loadKey(config.data)
    const fingerprintKey = loadFingerprintKey(config.data, config.fingerprintKey)
    const identity = await enrol(config, key, { signal: stopping, tell })
    tell(`agent ${identity.name} of ${identity.environment} in ${identity.region} (${identity.kind})`, { agentId: identity.agentId })

    const server = connect(config.server, identity.agentId, key)
    const journal = new Journal(config.data)
    const trouble = tellSeldom(tell)
    const { signal } = ended
    let measured: ReadonlySet<string> = new Set()
    const shop: Workshop = { config, identity, server, journal, plans: new PlanBook(), fingerprintKey, takeGuard: () => guards.take(), working: new Set(), flushing: new Set(), wantsMore: () => !stopping.aborted, tell }
    let beatNow = (): void => undefined

    const watch = watchTargets(config.targets, { everyMs: identity.heartbeatMs, onChange: () => beatNow(), tell: trouble, signal })
    await Promise.race([watch.first, pause(identity.heartbeatMs)])
    beatNow = startHeartbeat({
      server,
      heartbeatMs: identity.heartbeatMs,
      stepKinds: offeredKinds(config),
      parallel: config.parallel,
      working: () => [...shop.working].map(({ stepId, epoch }) => ({ stepId, epoch })),
      observations: watch.observations,
      measure: (services) => (measured = new Set(services)),
      cancel: (stepIds) => {
        for (const one of shop.working) if (stepIds.includes(one.stepId)) one.cancel()
      },
      tell: trouble,
      signal,
    })
    void runSampler({ targets: config.targets, sampleMs: identity.sampleMs, wanted: () => measured, now: server.now, take: reportSamples(server, { tell: trouble, signal }), tell: trouble, signal })

    await settleJournal(shop)
    guards.fill()
    await workUntil(stopping, shop, trouble)
    await Promise.race([Promise.all(shop.flushing), pause(lastWordsMs)])
    await journal.close()
  } finally {
    ended.abort()
    guards.close()
    giveBack()
  }
}

/** Takes steps while fewer than `parallel` are at work; each goes on with the step that the answer to its report brings. Resolves when all are done. */
async function workUntil(stopping: AbortSignal, shop: Workshop, trouble: (sentence: string) => void): Promise<void> {
  const chains = new Set<Promise<void>>()
  let broken: unknown = null
  const chain = async (first: Leased): Promise<void> => {
    for (let leased: Leased | null = first; leased; ) leased = await runStep(leased, shop)
  }
  while (!stopping.aborted && broken === null) {
    if (chains.size >= shop.config.parallel) {
      await Promise.race(chains)
      continue
    }
    const leased = await nextLease(shop, stopping, trouble)
    if (!leased) continue
    const running: Promise<void> = chain(leased)
      .catch((error: unknown) => void (broken = error))
      .finally(() => chains.delete(running))
    chains.add(running)
  }
  await Promise.all(chains)
  // The journal cannot be written, or something nobody thought of: no further step is taken by an agent in that state.
  if (broken !== null) throw broken as Error
}

/** Waits for a step to do; null after a while without one. */
async function nextLease({ server, plans }: Workshop, stopping: AbortSignal, tell: (sentence: string) => void): Promise<Leased | null> {
  // Asked again under the same id until there is an answer: a lease that was given and never arrived comes again.
  const ask = randomUUID()
  for (let failures = 0; !stopping.aborted; ) {
    const sentAt = monotonicMs()
    try {
      const { lease } = await server.post<{ lease: Lease | null }>('/api/v1/agents/lease', { v: 1, waitMs: longPollMs, ask, plans: plans.hashes }, { timeoutMs: longPollMs + 10_000, signal: stopping })
      if (lease) return { lease, sentAt, askedAgain: failures > 0 }
      // A server that is about to end answers at once: do not ask in a circle.
      if (monotonicMs() - sentAt < 1_000) await pause(500, stopping)
      return null
    } catch (error) {
      if (stopping.aborted) return null
      tell(`no step could be asked for: ${(error as Error).message}`)
      const retryAfter = error instanceof Unreachable ? error.retryAfterMs : null
      await pause(retryAfter ?? backoffMs(failures++, Math.random(), { baseMs: 250, capMs: error instanceof Unreachable ? 3_000 : 30_000 }), stopping)
    }
  }
  return null
}

/** What it is willing to do and, where it is done to a target, at least one of them can. */
const offeredKinds = ({ allow, targets }: Config): StepKind[] =>
  allow.filter((kind) => {
    const ofTargets = targetKinds.find((one) => one === kind)
    return !ofTargets || targets.some((target) => !cannotOf(target).includes(ofTargets))
  })

function tellSeldom(tell: Tell): (sentence: string) => void {
  const said = new Map<string, number>()
  return (sentence) => {
    const now = monotonicMs()
    for (const [old, when] of said) if (now - when > repeatMs) said.delete(old)
    if (said.has(sentence)) return
    said.set(sentence, now)
    tell(sentence)
  }
}
