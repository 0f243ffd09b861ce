import { z } from 'zod'
import type { CenterKind } from '../model.ts'
import { isCenterKind } from '../model.ts'

/** A step that the command center does itself, with what has come of it so far. */
export interface CenterWork {
  kind: CenterKind
  params: Record<string, unknown>
  /** Until a wait is over, in milliseconds; null where none has begun. */
  leftMs: number | null
  /** The validation it waits for: null where none has begun. */
  measured: { verdict: 'pass' | 'fail' | 'no data' | null } | null
}

/** What happens to it now. `end`: it succeeds. `wait`: it is ready, for `ms` from now where a time is said, else until somebody says so. */
export type CenterAnswer = { does: 'end'; because: string | null; notice?: string } | { does: 'fail'; because: string } | { does: 'measure' } | { does: 'wait'; ms?: number }

/** What each kind takes; a plan's parameters were checked when it was made, and are checked again by whoever uses them. */
export const centerParams = {
  barrier: z.object({}),
  wait: z.object({ ms: z.number().int().min(0).max(86_400_000) }),
  manual: z.object({ say: z.string().min(1).max(2_000) }),
  approve: z.object({ say: z.string().min(1).max(2_000), approvals: z.number().int().min(1).max(10).default(1) }),
  notify: z.object({ say: z.string().min(1).max(2_000) }),
  validate: z.object({}),
} as const satisfies Record<CenterKind, z.ZodType>

/** What a person is told to do or to agree to; a parameter that is not there is said, never guessed. */
export const saidBy = (params: Record<string, unknown>): string => (typeof params['say'] === 'string' ? params['say'] : 'the plan does not say what')

/** How many voices an `approve` step needs. */
export const approvalsWanted = (params: Record<string, unknown>): number => centerParams.approve.safeParse(params).data?.approvals ?? 1

/** Decides about a step whose predecessors are all done. `begun`: it was ready before, so that what begins has begun. */
export function centerStep({ kind, params, leftMs, measured }: CenterWork, begun: boolean): CenterAnswer {
  switch (kind) {
    case 'barrier':
      return { does: 'end', because: null }
    case 'notify':
      return { does: 'end', because: null, notice: saidBy(params) }
    case 'wait': {
      const { data } = centerParams.wait.safeParse(params)
      if (!data) return { does: 'fail', because: 'the plan does not say for how long' }
      if (begun && leftMs !== null) return leftMs <= 0 ? { does: 'end', because: null } : { does: 'wait' }
      return data.ms === 0 ? { does: 'end', because: null } : { does: 'wait', ms: data.ms }
    }
    case 'validate':
      if (!measured) return { does: 'measure' }
      if (measured.verdict === null) return { does: 'wait' }
      return measured.verdict === 'pass' ? { does: 'end', because: null } : { does: 'fail', because: measured.verdict === 'fail' ? 'what moved is worse than before' : 'there was too little data to judge by' }
    case 'manual':
    case 'approve':
      return { does: 'wait' }
  }
}

/** A step's row as work of the command center, or null where it is an agent's. */
export const centerWork = (row: { stepKind: string; params: Record<string, unknown>; leftMs: number | null; validationId: string | null; verdict: string | null }): CenterWork | null =>
  isCenterKind(row.stepKind)
    ? { kind: row.stepKind, params: row.params, leftMs: row.leftMs, measured: row.validationId ? { verdict: row.verdict as NonNullable<CenterWork['measured']>['verdict'] } : null }
    : null
