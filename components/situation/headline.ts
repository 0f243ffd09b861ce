import type { SituationView } from '#lib/incidents/view.ts'
import type { Tone } from '#components/ui/status.tsx'

export interface Headline {
  key: 'incidents' | 'breaches' | 'bad' | 'waiting' | 'unknown' | 'quiet' | 'blank'
  count: number
  tone: Tone
}

/** The incidents that somebody still has to do something about. */
export const liveIncidents = (situation: SituationView): SituationView['incidents'] => situation.incidents.filter(({ status }) => status === 'open' || status === 'mitigating' || status === 'monitoring')

/** The one sentence above everything: the worst there is, and quiet only where all is known to be good. */
export function headline(situation: SituationView): Headline {
  const live = liveIncidents(situation).length
  if (live) return { key: 'incidents', count: live, tone: 'bad' }
  if (situation.breaches.length) return { key: 'breaches', count: situation.breaches.length, tone: 'bad' }
  if (situation.fleet.bad) return { key: 'bad', count: situation.fleet.bad, tone: 'bad' }
  if (situation.approvals.length) return { key: 'waiting', count: situation.approvals.length, tone: 'degraded' }
  if (situation.fleet.targets === 0) return { key: 'blank', count: 0, tone: 'unknown' }
  if (situation.fleet.unknown) return { key: 'unknown', count: situation.fleet.unknown, tone: 'unknown' }
  return { key: 'quiet', count: 0, tone: 'good' }
}
