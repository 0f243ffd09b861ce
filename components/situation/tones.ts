import type { Health } from '#lib/catalog/view.ts'
import type { IncidentStatus } from '#lib/incidents/view.ts'
import type { RunStatus } from '#lib/orchestration/view.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import type { Tone } from '#components/ui/status.tsx'

/** The one place that says which state looks how. That all was done as planned is not yet good: neither a rollback nor a deployment is green by itself. */
export const incidentTone: Record<IncidentStatus, Tone> = { open: 'bad', mitigating: 'degraded', monitoring: 'working', resolved: 'good', closed: 'neutral' }
export const runTone: Record<RunStatus, Tone> = { pending: 'neutral', running: 'working', paused: 'degraded', succeeded: 'neutral', failed: 'bad', aborted: 'bad' }
export const deploymentTone: Record<DeploymentView['status'], Tone> = { requested: 'neutral', running: 'working', succeeded: 'neutral', failed: 'bad', refused: 'degraded' }
export const healthTone: Record<Health, Tone> = { good: 'good', degraded: 'degraded', bad: 'bad', unknown: 'unknown', working: 'working' }

/** A status that came as a plain string: what we do not know is `unknown`, never good. */
export const toneOf = <K extends string>(tones: Record<K, Tone>, status: string): Tone => (tones as Record<string, Tone>)[status] ?? 'unknown'
