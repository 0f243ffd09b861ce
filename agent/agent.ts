import { mkdirSync } from 'node:fs'
import { backoffMs } from './backoff.ts'
import type { Config, StepKind } from './config.ts'
import { cannotOf } from './drivers/driver-of.ts'
import { enrol } from './enrol.ts'
import { Guarded } from './guarded.ts'
import { startHeartbeat } from './heartbeat.ts'
import { connect, Unreachable } from './http.ts'
import { Journal } from './journal.ts'
import { loadFingerprintKey, loadKey } from './key.ts'
import { monotonicMs } from './monotonic.ts'
import { watchTargets } from './observe-targets.ts'
import { onlyOne } from './only-one.ts'
import { pause } from './pause.ts'
import type { Lease } from './protocol.ts'
import { reportSamples } from './report-samples.ts'
import type { Leased, Working, Workshop } from './run-step.ts'
import { runStep } from './run-step.ts'
import { settleJournal } from './settle-journal.ts'
import { runSampler } from './signals/sampler.ts'

export type Tell = (sentence: string, about?: Record<string, unknown>) => void

const longPollMs = 20_000
/** The same trouble is said once in so long. */
const repeatMs = 30_000

/** Runs an agent until `stopping`: the step at hand is finished and reported, no other is taken. */
export async function runAgent(config: Config, { stopping, tell }: { stopping: AbortSignal; tell: Tell }): Promise<void> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  const giveBack = onlyOne(config.data)
  const ended = new AbortController()
  let spare: Guarded | null = null
  try {
    const key = loadKey(config.data)
    const fingerprintKey = loadFingerprintKey(config.data, config.fingerprintKey)
    const identity = await enrol(config, key, { signal: stopping, tell })
    tell(`agent ${identity.name} of ${identity.environment} in ${identity.region} (${identity.kind})`, { agentId: identity.agentId })

    const server = connect(config.server, identity.agentId, key)
    const journal = new Journal(config.data)
    const trouble = tellSeldom(tell)
    const { signal } = ended
    let measured: ReadonlySet<string> = new Set()
    let working: Working | null = null
    let beatNow = (): void => undefined

    const watch = watchTargets(config.targets, { everyMs: identity.heartbeatMs, onChange: () => beatNow(), tell: trouble, signal })
    await Promise.race([watch.first, pause(identity.heartbeatMs)])
    beatNow = startHeartbeat({
      server,
      heartbeatMs: identity.heartbeatMs,
      stepKinds: offeredKinds(config),
      working: () => (working ? [{ stepId: working.stepId, epoch: working.epoch }] : []),
      observations: watch.observations,
      measure: (services) => (measured = new Set(services)),
      cancel: (stepIds) => {
        if (working && stepIds.includes(working.stepId)) working.cancel()
      },
      tell: trouble,
      signal,
    })
    void runSampler({ targets: config.targets, sampleMs: identity.sampleMs, wanted: () => measured, now: server.now, take: reportSamples(server, { tell: trouble, signal }), tell: trouble, signal })

    const shop: Workshop = {
      config,
      identity,
      server,
      journal,
      fingerprintKey,
      takeGuard: () => {
        const taken = spare?.alive ? spare : new Guarded()
        spare = null
        // The next one is made while this one works, so that a chain of steps does not wait for processes to start.
        setImmediate(() => {
          if (!signal.aborted && !stopping.aborted && !spare?.alive) spare = new Guarded()
        })
        return taken
      },
      setWorking: (now) => (working = now),
      wantsMore: () => !stopping.aborted,
      tell,
    }
    await settleJournal(shop)
    while (!stopping.aborted) {
      if (!spare?.alive) spare = new Guarded()
      let leased = await nextLease(shop, stopping, trouble)
      while (leased) leased = await runStep(leased, shop)
    }
    journal.close()
  } finally {
    ended.abort()
    spare?.end()
    giveBack()
  }
}

/** Waits for a step to do; null after a while without one. */
async function nextLease({ server }: Workshop, stopping: AbortSignal, tell: (sentence: string) => void): Promise<Leased | null> {
  for (let failures = 0; !stopping.aborted; ) {
    const sentAt = monotonicMs()
    try {
      const { lease } = await server.post<{ lease: Lease | null }>('/api/v1/agents/lease', { v: 1, waitMs: longPollMs }, { timeoutMs: longPollMs + 10_000, signal: stopping })
      if (lease) return { lease, sentAt }
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

/** What it is willing to do and at least one of its targets can. */
const offeredKinds = ({ allow, targets }: Config): StepKind[] => allow.filter((kind) => targets.some((target) => !cannotOf(target).includes(kind)))

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
