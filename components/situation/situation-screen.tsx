'use client'

import { Megaphone } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useDeclare } from '#components/shell/shell.tsx'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { SituationView } from '#lib/incidents/view.ts'
import { BreachRow } from './breach-row.tsx'
import { headline, liveIncidents } from './headline.ts'
import { IncidentCard } from './incident-card.tsx'
import { LeftCard } from './left-card.tsx'
import { ChangesCard, DecisionsCard, FleetCard } from './side-cards.tsx'

/** What is going on now, in one glance: the worst first, and quiet only where it is known to be. */
export function SituationScreen({ initial }: { initial: { data: SituationView; version: string } | undefined }) {
  const t = useTranslations('situation')
  const live = useLive('situation.view', {}, initial)
  const declare = useDeclare()
  const situation = live.data
  const top = situation ? headline(situation) : null
  const actions = <Button variant={top && top.key !== 'quiet' ? 'primary' : 'secondary'} onClick={declare}><Megaphone aria-hidden />{t('declare')}</Button>
  if (!situation || !top) {
    return (
      <>
        <PageHeader title={t('title')} live={live} actions={actions} />
        {live.problem ? <ProblemNote problem={live.problem} /> : <div className="grid gap-4 lg:grid-cols-3"><Skeleton className="h-48 lg:col-span-2" /><Skeleton className="h-48" /></div>}
      </>
    )
  }
  const incidents = liveIncidents(situation)
  return (
    <>
      <PageHeader
        live={live}
        actions={actions}
        title={
          <span className="flex items-start gap-2.5">
            <StatusMark tone={top.tone} className="mt-1 size-5 sm:mt-1.5" />
            <span>{top.key === 'quiet' || top.key === 'blank' ? t(`headline.${top.key}`) : t(`headline.${top.key}`, { count: top.count })}</span>
          </span>
        }
      />
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-6">
        <div className="grid gap-4">
          {incidents.length ? <section aria-label={t('incidents')} className="grid gap-3">{incidents.map((incident) => <IncidentCard key={incident.id} incident={incident} />)}</section> : <Quiet blank={situation.fleet.targets === 0} breached={situation.breaches.length > 0} />}
          {situation.approvals.length ? <DecisionsCard approvals={situation.approvals} /> : null}
          {situation.breaches.length ? (
            <Card title={t('breaches')} tone="bad">
              <ul className="divide-y divide-border">{situation.breaches.map((breach) => <BreachRow key={breach.id} breach={breach} />)}</ul>
            </Card>
          ) : incidents.length ? <p className="px-1 text-text-3">{t('noBreaches')}</p> : null}
        </div>
        <div className="grid gap-4">
          {situation.exceptions.length ? <LeftCard exceptions={situation.exceptions} /> : null}
          <FleetCard fleet={situation.fleet} agents={situation.agents} />
          <ChangesCard runs={situation.runs} deployments={situation.deployments} />
        </div>
      </div>
    </>
  )
}

/** Nothing live: since when, and what would change that. */
function Quiet({ blank, breached }: { blank: boolean; breached: boolean }) {
  const t = useTranslations('situation')
  const { data } = useLive('board.view', {})
  if (blank) return <EmptyState title={t('headline.blank')}>{t('blankText')}</EmptyState>
  return (
    <div className="rounded-md border border-border bg-surface px-5 py-6 sm:px-8 sm:py-8">
      <p className="text-lg leading-6 font-semibold">{data?.quietSince ? <>{t('quietSince')} <Age at={data.quietSince} /></> : t('neverYet')}</p>
      {breached ? null : <p className="mt-1.5 max-w-prose text-text-2 text-pretty">{t('quietText')}</p>}
      <p className="mt-4 flex gap-2">
        <Button asChild size="sm"><Link href="/criteria">{t('criteria')}</Link></Button>
        <Button asChild size="sm" variant="ghost"><Link href="/board">{t('board')}</Link></Button>
      </p>
    </div>
  )
}
