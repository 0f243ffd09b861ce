import { z } from 'zod'
import type { CenterKind } from '../model.ts'
import { isCenterKind } from '../model.ts'

/** Somebody who said that it is done, or that the run may go on. */
export interface Voice {
  personId: string
  name: string
  /** ISO 8601 */
  at: string
  word: string
}

/** A step that the command center does itself, with what has come of it so far. */
export interface CenterWork {
  kind: CenterKind
  params: Readonly<Record<string, unknown>>
  /** The validation it waits for: null where none has begun. */
  measured: { verdict: 'pass' | 'fail' | 'no data' | null } | null
  voices: readonly Voice[]
}

/** What happens to it now. `end`: it succeeds. `wait`: it is ready, for `ms` from now where a time is said, else until somebody says so. */
export type CenterAnswer = { does: 'end'; announce?: string } | { does: 'fail'; because: string } | { does: 'measure' } | { does: 'wait'; ms?: number }

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
export const saidBy = (params: Readonly<Record<string, unknown>>): string => (typeof params['say'] === 'string' ? params['say'] : 'the plan does not say what')

/** How many voices an `approve` step needs. */
export const approvalsWanted = (params: Readonly<Record<string, unknown>>): number => centerParams.approve.safeParse(params).data?.approvals ?? 1

/**
 * Decides about a step whose predecessors are all done. `begun`: it was ready before, so that what begins has begun;
 * `leftMs`: until its wait is over, null where none has begun.
 */
export function centerStep({ kind, params, measured }: CenterWork, begun: boolean, leftMs: number | null): CenterAnswer {
  switch (kind) {
    case 'barrier':
      return { does: 'end' }
    case 'notify':
      return { does: 'end', announce: saidBy(params) }
    case 'wait': {
      const { data } = centerParams.wait.safeParse(params)
      if (!data) return { does: 'fail', because: 'the plan does not say for how long' }
      if (begun && leftMs !== null) return leftMs <= 0 ? { does: 'end' } : { does: 'wait' }
      return data.ms === 0 ? { does: 'end' } : { does: 'wait', ms: data.ms }
    }
    case 'validate':
      if (!measured) return { does: 'measure' }
      if (measured.verdict === null) return { does: 'wait' }
      return measured.verdict === 'pass' ? { does: 'end' } : { does: 'fail', because: measured.verdict === 'fail' ? 'what moved is worse than before' : 'there was too little data to judge by' }
    case 'manual':
    case 'approve':
      return { does: 'wait' }
  }
}

/** A step as work of the command center, or null where it is an agent's. */
export const centerWork = (kind: string, params: Readonly<Record<string, unknown>>, measured: CenterWork['measured'] = null, voices: readonly Voice[] = []): CenterWork | null =>
  isCenterKind(kind) ? { kind, params, measured, voices } : null
