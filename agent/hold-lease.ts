import { Refused } from './http.ts'
import type { Server } from './http.ts'
import { monotonicMs } from './monotonic.ts'
import { pause } from './pause.ts'

/** The server may hand the step on after the lease; so much earlier the step must be dead here. */
export const marginMs = 3_000

export interface LeaseRef {
  stepId: string
  epoch: number
  leaseMs: number
}

export interface Held {
  deadline: number
  cancel: boolean
}

/** One renewal. The new deadline counts from when the request was sent: the answer may have been on its way for long. */
export async function renew(server: Server, { stepId, epoch }: LeaseRef, timeoutMs: number, signal?: AbortSignal): Promise<Held> {
  const sentAt = monotonicMs()
  const answer = await server.post<{ leaseMs: number; cancel: boolean }>(`/api/v1/agents/steps/${stepId}/renew`, { v: 1, epoch }, { timeoutMs, ...(signal ? { signal } : {}) })
  return { deadline: sentAt + answer.leaseMs - marginMs, cancel: answer.cancel }
}

/** A first renewal, before anything is done: asked again where no answer came, for a third of the lease. A refusal is an answer. */
export async function renewed(server: Server, lease: LeaseRef): Promise<Held> {
  const until = monotonicMs() + lease.leaseMs / 3
  for (;;) {
    try {
      return await renew(server, lease, Math.max(500, until - monotonicMs()))
    } catch (error) {
      if (error instanceof Refused || monotonicMs() > until) throw error
      await pause(Math.min(500, lease.leaseMs / 10))
    }
  }
}

export interface Holding {
  onExtend: (deadline: number) => void
  onCancel: () => void
  /** The server gave the step to somebody else, or closed it. */
  onLost: (because: string) => void
}

/** Renews every third of the lease until told to stop, sooner after a failure. */
export function holdLease(server: Server, lease: LeaseRef, { onExtend, onCancel, onLost }: Holding): () => void {
  const stop = new AbortController()
  const run = async (): Promise<void> => {
    let wait = lease.leaseMs / 3
    for (;;) {
      await pause(wait, stop.signal)
      if (stop.signal.aborted) return
      try {
        const { deadline, cancel } = await renew(server, lease, lease.leaseMs / 3, stop.signal)
        onExtend(deadline)
        if (cancel) onCancel()
        wait = lease.leaseMs / 3
      } catch (error) {
        if (stop.signal.aborted) return
        if (error instanceof Refused && (error.status === 409 || error.status === 404 || error.status === 401 || error.status === 403)) return onLost(error.message)
        wait = Math.min(500, lease.leaseMs / 10)
      }
    }
  }
  void run()
  return () => stop.abort()
}
