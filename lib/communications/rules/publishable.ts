import type { IncidentStatus } from '#lib/incidents/view.ts'
import type { Audience, Phase, UpdateView } from '../view.ts'

export interface PublishFacts {
  status: UpdateView['status']
  audience: Audience
  phase: Phase
  kind: 'real' | 'drill'
  incidentStatus: IncidentStatus
  /** Of the newest rollback's validation; null = none, or not yet said. */
  verdict: 'pass' | 'fail' | 'no data' | null
}

/** Whether an update could be told now. Who may tell it is asked separately. */
export function publishable({ status, audience, phase, kind, incidentStatus, verdict }: PublishFacts): { ok: boolean; because: string } {
  const no = (because: string): { ok: boolean; because: string } => ({ ok: false, because })
  if (status === 'published') return no('it is published already')
  if (status === 'withdrawn') return no('it was withdrawn')
  if (audience === 'public' && kind === 'drill') return no('a drill has no public audience')
  // Said late, it would start a story that has ended, and no later turn would end it.
  if (audience === 'public' && phase !== 'resolved' && (incidentStatus === 'resolved' || incidentStatus === 'closed')) return no(`the incident is ${incidentStatus}: the public can only be told that it is over`)
  if (phase === 'resolved') {
    if (incidentStatus === 'open' || incidentStatus === 'mitigating') return no(`the incident is ${incidentStatus}: nobody may be told that it is over`)
    if (incidentStatus === 'monitoring' && verdict !== 'pass') return no('the validation has not passed: nobody may be told that it is over')
  }
  if (audience === 'public' && status !== 'approved') return no('a spokesperson must approve exactly this text first')
  return { ok: true, because: audience === 'public' ? 'approved by a spokesperson' : 'it stays inside the company' }
}
