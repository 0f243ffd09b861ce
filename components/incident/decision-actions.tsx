'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import type { ReactNode } from 'react'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { VoteActions } from '#components/approval/vote-actions.tsx'
import { Button } from '#components/ui/button.tsx'
import { HoldButton } from '#components/ui/hold-button.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { IncidentView } from '#lib/incidents/view.ts'
import type { PlanView } from '#lib/orchestration/view.ts'
import { EndIncident } from './end-incident.tsx'
import { shortHash } from './rules/in-words.ts'
import { whyNotAsk, whyNotStart, whyNotTake } from './rules/rights.ts'
import { TakeSeat } from './take-seat.tsx'

/** What can be done now; on a phone at the bottom edge, under the thumb. */
export function DecisionActions({ incident, changed }: { incident: IncidentView; changed: boolean }) {
  const t = useTranslations('incident.actions')
  const { plan, approval, run, seat, status, resolvable } = incident
  const over = status === 'resolved' || status === 'closed'
  const running = run !== null && ['pending', 'running', 'paused'].includes(run.status)
  const fresh = plan !== null && plan.runId === null
  const me = useMe()
  const actions: ReactNode[] = []
  if (!seat.holder && !over) actions.push(<TakeSeat key="seat" incidentId={incident.id} seat={seat} size={whyNotTake(me) ? 'md' : 'lg'} variant={incident.next.kind === 'take-the-seat' && !whyNotTake(me) ? 'primary' : 'secondary'} className="w-full sm:w-auto" />)
  if (running && run) {
    actions.push(
      <Button key="run" asChild size="lg" variant={run.status === 'paused' ? 'primary' : 'secondary'} className="w-full sm:w-auto">
        <Link href={`/runs/${run.id}`}>{run.status === 'paused' ? t('unstick') : t('watch')}</Link>
      </Button>,
    )
  } else if (fresh && !over) {
    if (approval?.state === 'pending') actions.push(<VoteActions key="vote" approval={approval} blocked={changed ? { kind: 'plan-changed' } : null} />)
    else if (approval?.state === 'satisfied') actions.push(<StartRun key="start" incident={incident} plan={plan} changed={changed} />)
    else actions.push(<AskForApproval key="ask" incident={incident} plan={plan} changed={changed} />)
  }
  const more: ReactNode[] = []
  if (!over && !running && (resolvable.ok || status === 'monitoring')) more.push(<EndIncident key="resolve" incident={incident} move="resolve" />)
  if (status === 'resolved') more.push(<EndIncident key="close" incident={incident} move="close" />)
  if (actions.length + more.length === 0) return null
  return (
    // Above the shell's bar, which is 3.5rem high where there is one.
    <div className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 space-y-3 rounded-b-md border-t border-border bg-surface px-4 py-3 sm:px-6 lg:static lg:py-5 print:hidden">
      {actions}
      {more.length > 0 && <div className="flex flex-wrap items-start gap-2">{more}</div>}
    </div>
  )
}

function AskForApproval({ incident, plan, changed }: { incident: IncidentView; plan: PlanView; changed: boolean }) {
  const t = useTranslations('incident.actions')
  const me = useMe()
  const say = useWhy()
  const submit = useCommand('plan.submit')
  return (
    <div className="space-y-2">
      {submit.error && <ProblemNote problem={submit.error.problem} />}
      <Button
        variant={incident.next.kind === 'take-the-seat' && !whyNotTake(me) ? 'secondary' : 'primary'}
        size="lg"
        className="w-full sm:w-auto"
        busy={submit.isPending}
        disabledBecause={say(whyNotAsk(me, incident) ?? (changed ? { kind: 'plan-changed' } : null))}
        onClick={() => submit.mutate({ planId: plan.id, hash: plan.hash }, { onSuccess: () => notify.ok(t('asked')) })}
      >
        {t('ask')}
      </Button>
      <p className={`text-xs text-text-3 ${incident.next.kind === 'take-the-seat' ? 'hidden sm:block' : ''}`}>{t(me?.permissions.includes('approval.vote') ? 'askCostsVote' : 'askEffect', { hash: shortHash(plan.hash) })}</p>
    </div>
  )
}

function StartRun({ incident, plan, changed }: { incident: IncidentView; plan: PlanView; changed: boolean }) {
  const t = useTranslations('incident.actions')
  const me = useMe()
  const say = useWhy()
  const start = useCommand('run.start')
  return (
    <div className="space-y-2">
      {start.error && <ProblemNote problem={start.error.problem} />}
      <HoldButton
        key={plan.hash}
        size="lg"
        className="w-full sm:w-80"
        busy={start.isPending}
        disabledBecause={say(whyNotStart(me, incident) ?? (changed ? { kind: 'plan-changed' } : null))}
        onConfirm={() => start.mutate({ planId: plan.id, hash: plan.hash }, { onSuccess: () => notify.ok(t('started')) })}
      >
        {t('start')}
      </HoldButton>
      <p className="text-xs text-text-3">{t('startEffect', { hash: shortHash(plan.hash) })}</p>
    </div>
  )
}
