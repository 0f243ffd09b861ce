import type { Action, Situation, StepDocument, StepRole } from '../../model.ts'
import { isCenterKind, noRetry } from '../../model.ts'

/** A step that others wait for, and what is so once it is done: `checkout 1.4.2 serves in us`. */
export interface Source {
  key: string
  done: string
}

/** What a step waits for, and why. */
export interface Wait {
  from: string
  because: string
}

export interface Draft {
  key: string
  role: StepRole
  action: Action
  /** Null where it is about no single target. */
  target: { service: string; targetId: string } | null
  /** Where its agent is; what the command center does itself is done nowhere. */
  region: string | null
  repeatable: boolean
  timeoutMs: number
  check?: Action | null
  done: string
}

export interface Weave {
  /** Adds a step after what it waits for, each once and with the first reason. What it waits for is there already, so the steps stand in an order in which they can be done. */
  add(draft: Draft, waits: readonly Wait[]): Source
  /** What to wait for instead of all of these: themselves, or a barrier behind them where the edges would be too many. */
  gather(name: string, sources: readonly Source[], followers: number, done: string, because?: (done: string) => string): readonly Source[]
  steps: readonly StepDocument[]
  edges: readonly { from: string; to: string; because: string }[]
}

/** With more edges than this between two sets of steps a barrier stands between them: edges grow with the steps, not with their square. */
const mostDirect = 4
const barrierTimeoutMs = 60_000

export function weave({ environment, agentKind }: Pick<Situation, 'environment' | 'agentKind'>): Weave {
  const steps: StepDocument[] = []
  const edges: { from: string; to: string; because: string }[] = []
  const add: Weave['add'] = ({ key, role, action, target, region, repeatable, timeoutMs, check = null, done }, waits) => {
    const reasons = new Map<string, string>()
    for (const { from, because } of waits) if (!reasons.has(from)) reasons.set(from, because)
    for (const [from, because] of reasons) edges.push({ from, to: key, because })
    steps.push({
      key, role, kind: action.kind, service: target?.service ?? null, target: target?.targetId ?? null, environment, region: isCenterKind(action.kind) ? null : region, agentKind,
      params: action.params, repeatable, timeoutMs, after: [...reasons.keys()], retry: noRetry, check, compensate: null,
    })
    return { key, done }
  }
  return {
    add,
    gather(name, sources, followers, done, because = (what) => `${done} when ${what}`) {
      if (Math.min(sources.length, followers) < 2 || sources.length * followers <= mostDirect) return sources
      const draft: Draft = { key: `barrier:${name}`, role: 'barrier', action: { kind: 'barrier', params: {} }, target: null, region: null, repeatable: true, timeoutMs: barrierTimeoutMs, done }
      return [add(draft, waitFor(sources, because))]
    },
    steps,
    edges,
  }
}

/** Waits for all of these, each for what it brings. */
export const waitFor = (sources: readonly Source[], because: (done: string) => string): Wait[] => sources.map(({ key, done }) => ({ from: key, because: because(done) }))
