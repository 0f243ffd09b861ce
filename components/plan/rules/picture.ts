import type { StepRole } from '#lib/orchestration/model.ts'
import type { StepStatus } from '#lib/orchestration/view.ts'
import type { Drawn } from './lay-out-plan.ts'

/** One step of the picture: of a plan, all of it is forecast; of a run, up to now it is what happened. */
export interface PicturedStep extends Drawn {
  role: StepRole
  stepKind: string
  service: string
  state: StepStatus | 'forecast'
  /** Up to here it has happened; what comes after is expected. Null where there is only one of the two. */
  nowMs: number | null
  /** It cannot simply be done again, or takes something back that is kept nowhere else. */
  careful: boolean
}

export interface PicturedLane {
  /** A region; empty for the command center. */
  name: string
  p50Ms: number | null
  p90Ms: number | null
  /** The region's limit; null where there is none. */
  rtoMs: number | null
}

export interface Picture {
  steps: PicturedStep[]
  lanes: PicturedLane[]
  groups: { key: string; because: string }[]
  critical: string[]
  /** What the axis has to reach besides the steps. */
  untilMs: number
  /** The clock's time at the left edge; null where the start is not known yet. */
  originMs: number | null
  nowMs: number | null
}

const together: ReadonlySet<StepRole> = new Set(['drain', 'stop', 'purge', 'migrate', 'deploy', 'verify', 'open'])

/** Only what happens behind the drain is framed: bytes are brought for each by itself. */
export const framedGroup = (role: StepRole, group: string | null): string | null => (together.has(role) ? group : null)

export const isCareful = (step: { role: StepRole; repeatable: boolean }): boolean => !step.repeatable || step.role === 'migrate' || step.role === 'purge'

/** A limit is drawn only where it is near: ten minutes must not squeeze twenty seconds into a dot. */
export const nearLimits = (neededMs: number, lanes: readonly PicturedLane[]): number => lanes.reduce((most, { rtoMs }) => (rtoMs !== null && rtoMs <= neededMs * 1.4 ? Math.max(most, rtoMs) : most), neededMs)

/** The command center's lane is first, and only there if it does something. */
export const laneNames = (regions: readonly string[], steps: readonly { lane: string }[]): string[] => [...new Set([...(steps.some((step) => step.lane === '') ? [''] : []), ...regions.filter((name) => name !== ''), ...steps.map((step) => step.lane)])]
