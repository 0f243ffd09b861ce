import type { Tone } from '#components/ui/status.tsx'
import type { StepStatus } from '#lib/orchestration/view.ts'

/** How a step's state is coloured. An outcome that nobody knows is hatched, never green. */
export const stepTone: Record<StepStatus, Tone> = {
  blocked: 'neutral',
  ready: 'neutral',
  leased: 'working',
  succeeded: 'good',
  failed: 'bad',
  indeterminate: 'unknown',
  skipped: 'degraded',
  cancelled: 'degraded',
}

/** The block of a step on the time axis. */
export const blockLook: Record<StepStatus, string> = {
  blocked: 'bg-sunken border-border text-text-3',
  ready: 'bg-sunken border-border text-text-3',
  leased: 'bg-working-soft border-working text-working-fg',
  succeeded: 'bg-good-soft border-good text-good-fg',
  failed: 'bg-bad-soft border-bad text-bad-fg',
  indeterminate: 'hatched border-unknown text-unknown-fg',
  skipped: 'bg-degraded-soft border-degraded text-degraded-fg',
  cancelled: 'bg-degraded-soft border-degraded text-degraded-fg',
}
