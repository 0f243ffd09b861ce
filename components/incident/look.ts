import type { Tone } from '#components/ui/status.tsx'
import type { IncidentStatus } from '#lib/incidents/view.ts'
import type { RunStatus } from '#lib/orchestration/view.ts'
import type { Verdict } from '#lib/validation/view.ts'

/** How an incident's status is coloured. Monitoring is not good yet: it is being watched. */
export const incidentTone: Record<IncidentStatus, Tone> = { open: 'bad', mitigating: 'working', monitoring: 'degraded', resolved: 'good', closed: 'neutral' }

/** A run that succeeded is neutral: rolled back is not recovered, only a validation may be good. */
export const runTone: Record<RunStatus, Tone> = { pending: 'neutral', running: 'working', paused: 'degraded', succeeded: 'neutral', failed: 'bad', aborted: 'degraded' }

/** Too little data is unknown, never good. */
export const verdictTone = (verdict: Verdict | null): Tone => (verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : verdict === 'no data' ? 'unknown' : 'working')
