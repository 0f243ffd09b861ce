'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Disclosure } from '#components/incident/disclosure.tsx'
import { PlanChanged } from '#components/incident/plan-changed.tsx'
import { PlanGlance } from '#components/incident/plan-glance.tsx'
import { PlanSections } from '#components/incident/plan-sections.tsx'
import { asSentence, shortHash } from '#components/incident/rules/in-words.ts'
import { Copy } from '#components/ui/copy.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Status } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { ApprovalView } from '#lib/governance/view.ts'
import { Quorum } from './quorum.tsx'
import { TimeLeft } from './time-left.tsx'
import { VoteActions } from './vote-actions.tsx'
import { VotesList } from './votes-list.tsx'

/** One request with what somebody needs to say yes or no: the plan, its losses, its time, who has voted. */
export function ApprovalCard({ approval }: { approval: ApprovalView }) {
  const t = useTranslations('approval')
  const live = useLive('plan.view', { planId: approval.planId })
  const plan = live.data
  const [read, setRead] = useState(plan)
  if (!read && plan) setRead(plan)
  const changed = read && plan && read.hash !== plan.hash
  const { incident } = approval
  return (
    <article className={`rounded-md border bg-surface shadow-lift ${approval.kind === 'drill' ? 'border-drill' : 'border-border-strong'}`}>
      {changed && <PlanChanged read={read} now={plan} onRead={() => setRead(plan)} />}
      <header className="px-4 pt-4 pb-4 sm:px-6 sm:pt-5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          {incident && <Severity level={incident.severity} />}
          {approval.kind === 'drill' && <Status tone="drill">{t('drill')}</Status>}
          <span className="text-text-2">{incident ? `INC-${incident.number} · ${incident.title}` : t('noIncident')}</span>
          <span className="ml-auto">
            <TimeLeft until={approval.expiresAt} />
          </span>
        </div>
        <h3 className="mt-2 text-xl leading-7 font-semibold tracking-tight text-pretty">{approval.sentence}</h3>
        <p className="mt-1 text-text-2">
          {approval.services.join(', ')} · {approval.environment} · {t('by', { name: approval.requestedBy.name })} <Time at={approval.createdAt} />
        </p>
        {incident && (
          <p className="mt-2">
            <Link href={`/incidents/${incident.number}`} className="font-medium underline underline-offset-2">
              {t('openIncident', { number: incident.number })}
            </Link>
          </p>
        )}
      </header>
      {live.problem && <ProblemNote problem={live.problem} />}
      {!plan && !live.problem && <Skeleton className="mx-6 mb-4 h-24" />}
      {plan && (
        <div className="border-t border-border px-4 py-3 sm:px-6">
          <PlanGlance plan={plan} />
          <div className="mt-2">
            <Disclosure summary={t('showPlan')}>
              <div className="-mx-4 sm:-mx-6">
                <PlanSections plan={plan} />
              </div>
            </Disclosure>
          </div>
        </div>
      )}
      <div className="grid gap-x-8 gap-y-4 border-t border-border px-4 py-4 sm:px-6 md:grid-cols-2">
        <div className="space-y-2">
          <div className="flex flex-wrap items-center gap-3">
            <Quorum have={approval.have} need={approval.need} />
          </div>
          {approval.missing && <p className="font-medium text-pretty">{asSentence(approval.missing)}</p>}
          {approval.rules.length > 0 && <p className="text-text-2 text-pretty">{t('rules', { rules: approval.rules.join(', ') })}</p>}
          <VotesList votes={approval.votes} />
          {approval.hasDecision && (
            <p>
              <Link href={`/decisions/${approval.id}`} className="font-medium underline underline-offset-2">
                {t('decision')}
              </Link>
            </p>
          )}
          <p className="inline-flex items-center gap-1 text-text-3">
            {t('plan')} <Copy text={approval.planHash} label={shortHash(approval.planHash)} />
          </p>
        </div>
        <VoteActions approval={approval} blocked={changed ? { kind: 'plan-changed' } : plan ? null : { kind: 'plan-unread' }} />
      </div>
    </article>
  )
}
