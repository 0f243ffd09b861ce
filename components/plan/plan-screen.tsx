'use client'

import { GitCompare, Printer } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { PlanGlance } from '#components/incident/plan-glance.tsx'
import { ended, shortHash } from '#components/incident/rules/in-words.ts'
import { DrillFrame } from '#components/shell/drill-frame.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { Copy } from '#components/ui/copy.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Status } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { PlanView } from '#lib/orchestration/view.ts'
import { PlanOptions } from './plan-options.tsx'
import { PlanOrder } from './plan-order.tsx'
import { PlanEffects, PlanMoves } from './plan-parts.tsx'
import { PlanTitle } from './plan-title.tsx'
import { usePlanWords } from './use-plan-words.ts'
import { PlanPrinted } from './plan-printed.tsx'

const noSteps: PlanView['steps'] = []

/** One plan, to be read before it is voted on or while it runs. */
export function PlanScreen({ planId, initial }: { planId: string; initial?: { data: PlanView; version: string } | undefined }) {
  const t = useTranslations('plan')
  const live = useLive('plan.view', { planId }, initial)
  const plan = live.data
  const { inWords } = usePlanWords(plan?.steps ?? noSteps)
  if (!plan) return live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-96" />
  return (
    <>
      <DrillFrame kind={plan.kind} />
      <PageHeader live={live} title={<PlanTitle plan={plan} />} actions={<PlanActions plan={plan} />}>
        {t(plan.purpose)} · {plan.environment}
        {plan.incident && (
          <>
            {' · '}
            <Link href={`/incidents/${plan.incident.number}`} className="underline underline-offset-2">
              INC-{plan.incident.number} {plan.incident.title}
            </Link>
          </>
        )}
        {' · '}
        {t('proposedBy', { name: plan.author })} <Time at={plan.createdAt} />
        {plan.playbook && <> · {t('playbook', { name: plan.playbook.name, revision: plan.playbook.revision })}</>}
      </PageHeader>
      <div className="space-y-5">
        {plan.supersededBy && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border-l-4 border-degraded bg-degraded-soft px-4 py-3 text-base">
            {t('superseded')}
            <Link href={`/plans/compare?a=${plan.id}&b=${plan.supersededBy}`} className="font-medium underline underline-offset-2">
              {t('toNewest')}
            </Link>
          </p>
        )}
        <Card>
          <PlanGlance plan={plan} />
          <p className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-border pt-3 text-text-2">
            <Status tone={plan.proof.holds ? 'good' : 'bad'} size="sm">{t(plan.proof.holds ? 'proofHolds' : 'proofFails')}</Status>
            <span className="min-w-0 text-pretty">{ended(inWords(plan.proof.because))}</span>
            <span className="ml-auto inline-flex items-center gap-1 text-text-3">
              {t('hash')} <Copy text={plan.hash} label={shortHash(plan.hash)} />
            </span>
          </p>
        </Card>
        <PlanOptions options={plan.options} />
        <div className="print:hidden">
          <PlanOrder plan={plan} />
        </div>
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <PlanMoves plan={plan} />
          <PlanEffects plan={plan} />
        </div>
        <PlanPrinted plan={plan} />
      </div>
    </>
  )
}

function PlanActions({ plan }: { plan: PlanView }) {
  const t = useTranslations('plan')
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      {plan.supersedes && (
        <Button asChild size="sm">
          <Link href={`/plans/compare?a=${plan.supersedes}&b=${plan.id}`}>
            <GitCompare aria-hidden />
            {t('toBefore')}
          </Link>
        </Button>
      )}
      <Button size="sm" onClick={() => window.print()}>
        <Printer aria-hidden />
        {t('print')}
      </Button>
      {plan.runId && (
        <Button asChild size="sm" variant="primary">
          <Link href={`/runs/${plan.runId}`}>{t('openRun')}</Link>
        </Button>
      )}
    </div>
  )
}
