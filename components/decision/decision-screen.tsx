'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Quorum } from '#components/approval/quorum.tsx'
import { TimeLeft } from '#components/approval/time-left.tsx'
import { VoteActions } from '#components/approval/vote-actions.tsx'
import { VotesList } from '#components/approval/votes-list.tsx'
import { PlanChanged } from '#components/incident/plan-changed.tsx'
import { PlanGlance } from '#components/incident/plan-glance.tsx'
import { asSentence } from '#components/incident/rules/in-words.ts'
import { PlanOptions } from '#components/plan/plan-options.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import type { Tone } from '#components/ui/status.tsx'
import { Status } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { DecisionView } from '#lib/governance/view.ts'
import { DecisionFacts } from './decision-facts.tsx'
import { DecisionVoices } from './decision-voices.tsx'

const tones: Record<NonNullable<DecisionView['outcome']>, Tone> = { approved: 'good', rejected: 'bad', expired: 'degraded', void: 'unknown', superseded: 'unknown', withdrawn: 'neutral' }

/** One decision on one page: open, it can be decided here; closed, it says what was known and why the other ways were not taken. */
export function DecisionScreen({ decisionId, initial }: { decisionId: string; initial?: { data: DecisionView; version: string } | undefined }) {
  const t = useTranslations('decision')
  const live = useLive('decision.view', { decisionId }, initial)
  if (!live.data) return live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-64" />
  const decision = live.data
  const { approval, outcome } = decision
  return (
    <>
      <PageHeader title={approval.sentence} live={live}>
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <Status tone={outcome ? tones[outcome] : 'working'}>{outcome ? t(`outcome.${outcome}`) : t('open')}</Status>
          {approval.kind === 'drill' && <Status tone="drill">{approval.kind}</Status>}
          {approval.incident && <Severity level={approval.incident.severity} />}
          {approval.incident && (
            <Link href={`/incidents/${approval.incident.number}`} className="underline underline-offset-2">
              {t('incident', { number: approval.incident.number, title: approval.incident.title })}
            </Link>
          )}
          <span>
            {t('askedOn', { name: approval.requestedBy.name })} <Time at={approval.createdAt} />
          </span>
        </span>
      </PageHeader>
      {live.problem && <ProblemNote problem={live.problem} />}
      <div className="space-y-6">
        <Deciding decision={decision} />
        <DecisionFacts decision={decision} />
        <PlanOptions options={decision.options} />
        <DecisionVoices decision={decision} />
      </div>
    </>
  )
}

/** The plan as it was first shown here; another one has to be read before anything can be decided. */
function Deciding({ decision }: { decision: DecisionView }) {
  const t = useTranslations('decision')
  const { approval, outcome } = decision
  const plan = useLive('plan.view', { planId: approval.planId }).data
  const [read, setRead] = useState(plan)
  if (!read && plan) setRead(plan)
  const changed = read && plan && read.hash !== plan.hash
  const waiting = outcome === null ? decision.options.find((option) => option.kind === 'hold') : undefined
  return (
    <section aria-labelledby="who-decides" className="rounded-md border border-border-strong bg-surface">
      {changed && <PlanChanged read={read} now={plan} onRead={() => setRead(plan)} />}
      <div className="space-y-3 px-4 py-4 sm:px-6">
        {plan && <PlanGlance plan={plan} />}
        {waiting && <p className="font-medium text-pretty">{t('waits', { lost: waiting.lost })}</p>}
        <p>
          <Link href={`/plans/${approval.planId}`} className="font-medium underline underline-offset-2">
            {t('plan')}
          </Link>
        </p>
        <h2 id="who-decides" className="text-base font-semibold">
          {t('who')}
        </h2>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
          {approval.quorums.map((quorum) => (
            <span key={quorum.group} className="inline-flex items-center gap-2">
              <span className="text-text-2">{quorum.group}</span>
              <Quorum have={quorum.have} need={quorum.need} />
            </span>
          ))}
          {outcome === null && <TimeLeft until={approval.expiresAt} />}
        </div>
        {outcome === null && <p className="font-medium text-pretty">{asSentence(approval.missing)}</p>}
        <VotesList votes={approval.votes} />
        {decision.because && <p className="text-pretty">{asSentence(decision.because)}</p>}
        {decision.reason && <p className="text-text-2 text-pretty">{t('reason', { reason: decision.reason })}</p>}
        {decision.closedAt && (
          <p className="text-text-2">
            {t('closed')} <Time at={decision.closedAt} />
          </p>
        )}
      </div>
      {outcome === null && (
        <div className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 rounded-b-md border-t border-border bg-surface px-4 py-3 sm:px-6 lg:static print:hidden">
          <VoteActions approval={approval} blocked={changed ? { kind: 'plan-changed' } : plan ? null : { kind: 'plan-unread' }} />
        </div>
      )}
    </section>
  )
}
