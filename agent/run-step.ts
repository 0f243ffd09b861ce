import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckedStep } from './check-lease.ts'
import { checkLease } from './check-lease.ts'
import { backoffMs } from './backoff.ts'
import type { Config } from './config.ts'
import { cannotOf } from './drivers/driver-of.ts'
import { failpoint } from './failpoint.ts'
import type { Guarded } from './guarded.ts'
import { holdLease, marginMs, renewed } from './hold-lease.ts'
import { Refused } from './http.ts'
import type { Server } from './http.ts'
import type { Journal } from './journal.ts'
import { LogStream } from './log-stream.ts'
import { monotonicMs } from './monotonic.ts'
import { pause } from './pause.ts'
import type { PlanBook } from './plan-book.ts'
import type { Identity, Lease, Outcome } from './protocol.ts'
import type { Work } from './work.ts'

export interface Leased {
  lease: Lease
  /** Monotonic milliseconds at which we asked: the lease cannot have begun earlier. */
  sentAt: number
  /** No answer came at first: since the lease was given, its run may have been stopped. */
  askedAgain: boolean
}

/** A step that an agent works on; the heartbeat reads it and may cancel it. */
export interface Working {
  stepId: string
  epoch: number
  cancel: () => void
}

export interface Workshop {
  config: Config
  identity: Identity
  server: Server
  journal: Journal
  plans: PlanBook
  fingerprintKey: Buffer
  /** A guard that is ready, and the next one in the making. */
  takeGuard: () => Guarded
  /** What is done now; the heartbeat tells of it. */
  working: Set<Working>
  /** Logs of steps that have ended and are not all sent yet. */
  flushing: Set<Promise<void>>
  /** False once the agent is asked to end: then no further step is wanted. */
  wantsMore: () => boolean
  tell: (sentence: string, about?: Record<string, unknown>) => void
}

const at = (): string => new Date().toISOString()

/** How a step ended here. `lost`: it cannot be known, or it is no longer ours; then nothing is reported. */
type Ending = { outcome: Outcome } | { lost: string }

/** One leased step from check to report. Resolves with the next lease where the answer to the report brought one. */
export async function runStep({ lease, sentAt, askedAgain }: Leased, shop: Workshop): Promise<Leased | null> {
  const { config, identity, server, journal, tell } = shop
  const { stepId, epoch } = lease
  const about = { stepId, epoch, key: lease.key }
  const checked = checkLease(lease, { identity, allow: config.allow, targets: config.targets.map((target) => ({ service: target.service, cannot: cannotOf(target) })), plans: shop.plans })
  if (!checked.ok) {
    tell(`refused a step: ${checked.because}`, about)
    if (typeof stepId !== 'string' || !Number.isInteger(epoch)) return null
    return report(shop, lease, { outcome: 'failed', because: `the agent refused: ${checked.because}`, result: null })
  }

  let deadline = sentAt + lease.leaseMs - marginMs
  // What was given long ago, or before an answer was lost, may have been stopped meanwhile; ask before acting.
  if (askedAgain || deadline - monotonicMs() < lease.leaseMs / 2) {
    try {
      const held = await renewed(server, lease)
      if (held.cancel) return await report(shop, lease, { outcome: 'cancelled', because: 'cancelled before it began', result: null })
      deadline = held.deadline
    } catch (error) {
      tell(`left a step alone: ${(error as Error).message}`, about)
      return null
    }
  }

  if (!(await journal.begin(lease, at()))) {
    tell('left a step alone: it was begun here before under this epoch', about)
    return null
  }
  failpoint('after-intent')

  const log = new LogStream(server, stepId, epoch)
  const guard = shop.takeGuard()
  let stopped: { why: 'cancelled' | 'late' | 'lost'; because: string } | null = null
  const stop = (why: 'cancelled' | 'late' | 'lost', because: string): void => {
    stopped ??= { why, because }
    guard.end()
  }
  const cancel = (): void => stop('cancelled', 'stopped on request; how far it got is what is observed')
  const release = holdLease(server, lease, {
    onExtend: (next) => guard.extend(next),
    onCancel: cancel,
    onLost: (because) => stop('lost', because),
  })
  const mine: Working = { stepId, epoch, cancel }
  shop.working.add(mine)
  tell(`began ${lease.key}`, about)
  guard.begin(workOf(checked.step, lease, shop), deadline, { log: (line) => log.push(line), mark: failpoint, full: () => log.full() })
  const late = setTimeout(() => stop('late', `it took longer than ${Math.round(checked.step.timeoutMs / 1000)} s and was ended; how far it got is what is observed`), checked.step.timeoutMs)

  const said = await guard.ended
  clearTimeout(late)
  shop.working.delete(mine)
  void rm(scratchOf(config, lease), { recursive: true, force: true }).catch(() => undefined)
  const ending = endingOf(checked.step, said, guard.unknown, stopped)
  if ('lost' in ending) {
    release()
    journal.write({ type: 'lost', at: at(), stepId, epoch, because: ending.lost })
    tell(`lost ${lease.key}: ${ending.lost}`, about)
    log.push({ at: at(), stream: 'agent', line: ending.lost })
    flush(shop, log.close(3_000))
    return null
  }
  journal.write({ type: 'ended', at: at(), stepId, epoch, ...ending.outcome })
  // Only a machine that fails right now could lose this line: then the step is lost, which is true. The report need not wait.
  void journal.durable().catch((error: unknown) => tell(`the journal cannot be written: ${String(error)}`, about))
  failpoint('before-complete')
  // The rest of the log follows on its own; neither the report nor what comes next waits for it.
  flush(shop, log.close(10_000))
  const next = await report(shop, lease, ending.outcome)
  release()
  return next
}

function flush({ flushing }: Workshop, closing: Promise<void>): void {
  flushing.add(closing)
  void closing.finally(() => flushing.delete(closing))
}

const scratchOf = (config: Config, { stepId, epoch }: { stepId: string; epoch: number }): string => join(scratchFolder(config.data), `${stepId}-${epoch}`)

/** Where steps keep what they need for a moment. */
export const scratchFolder = (data: string): string => join(data, 'scratch')

function workOf(step: CheckedStep, lease: Lease, { config, fingerprintKey }: Workshop): Work {
  const services = [step.params, step.check?.params].flatMap((params) => (params && 'service' in params ? [params.service] : []))
  const { hosts, maxBytes, keep } = config.artifacts
  const { parallel, secrets, env, shell, http, ansible, terraform, kubernetes, connections, flags, proxy, dns, cdn, reconcilers } = config
  return {
    step, stepId: lease.stepId, epoch: lease.epoch, key: lease.key, again: lease.again,
    targets: config.targets.filter((one) => services.includes(one.service)),
    settings: { parallel, secrets, env, shell, http, ansible, terraform, kubernetes, connections, flags, proxy, dns, cdn, reconcilers },
    scratch: scratchOf(config, lease),
    store: { folder: join(config.data, 'artifacts'), hosts, maxBytes, keep }, maskNames: config.mask, fingerprintKey: fingerprintKey.toString('hex'),
  }
}

function endingOf(step: CheckedStep, said: Outcome | null, unknown: string | null, stopped: { why: 'cancelled' | 'late' | 'lost'; because: string } | null): Ending {
  if (stopped?.why === 'lost') return { lost: stopped.because }
  if (said) return { outcome: said }
  if (unknown !== null) return { lost: unknown }
  if (stopped?.why === 'cancelled') return { outcome: { outcome: 'cancelled', because: stopped.because, result: null } }
  if (stopped) return { outcome: { outcome: 'failed', because: stopped.because, result: null } }
  // The guard or the worker died. What only reads or fetches has surely failed; of anything else nobody knows.
  if (!harmless.has(step.kind)) return { lost: 'the step ended without saying how: the lease could not be kept, or its process died' }
  return { outcome: { outcome: 'failed', because: 'the step ended without saying how: its process died', result: null } }
}

/** Kinds that change nothing where users are. */
const harmless: ReadonlySet<string> = new Set(['snapshot', 'stage', 'verify'])

/** How often a report is tried after the agent was asked to end; what is left over is delivered from the journal at the next start. */
const lastTries = 8

/** Reports how a step ended, again and again until the server has answered. */
export async function report({ server, journal, plans, tell, wantsMore }: Pick<Workshop, 'server' | 'journal' | 'plans' | 'tell' | 'wantsMore'>, { stepId, epoch }: { stepId: string; epoch: number }, outcome: Outcome, want = wantsMore): Promise<Leased | null> {
  let tries = 0
  for (let attempt = 0; ; attempt++) {
    const sentAt = monotonicMs()
    try {
      const answer = await server.post<{ lease: Lease | null }>(`/api/v1/agents/steps/${stepId}/complete`, { v: 1, epoch, ...outcome, want: want(), plans: plans.hashes }, { timeoutMs: 10_000 })
      journal.write({ type: 'told', at: at(), stepId, epoch, answer: 'accepted' })
      tell(`${outcome.outcome}${outcome.because ? `: ${outcome.because}` : ''}`, { stepId, epoch })
      return answer.lease ? { lease: answer.lease, sentAt, askedAgain: attempt > 0 } : null
    } catch (error) {
      if (error instanceof Refused) {
        journal.write({ type: 'told', at: at(), stepId, epoch, answer: 'refused' })
        tell(`the report was refused: ${error.message}`, { stepId, epoch })
        return null
      }
      tell(`the report is not delivered yet: ${(error as Error).message}`, { stepId, epoch })
      if (!wantsMore() && ++tries >= lastTries) return null
      await pause(backoffMs(attempt, Math.random(), { baseMs: 200, capMs: 3_000 }))
    }
  }
}
