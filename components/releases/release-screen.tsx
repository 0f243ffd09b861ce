'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Card } from '#components/ui/card.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { ReleaseView } from '#lib/releases/view.ts'
import { DeploymentItem } from './deployment-item.tsx'
import { QuarantineCard } from './quarantine-card.tsx'
import { readiness } from './readiness.ts'
import { ReleaseDeclares, ReleaseFacts } from './release-facts.tsx'

const readyTone = { good: 'good', some: 'degraded', none: 'unknown', quarantined: 'bad' } as const

/** One release: whether one can go back to it, what it is, and what became of it. */
export function ReleaseScreen({ releaseId, initial }: { releaseId: string; initial: { data: ReleaseView; version: string } | undefined }) {
  const t = useTranslations('release')
  const live = useLive('release.view', { releaseId }, initial)
  const release = live.data
  const back = <Link href="/releases" className="inline-flex items-center gap-1.5 text-text-2 hover:text-text"><ArrowLeft aria-hidden className="size-4" />{t('back')}</Link>
  if (!release) return <>{back}<div className="mt-4">{live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-64" />}</div></>
  const ready = readiness(release)
  return (
    <>
      <div className="mb-3">{back}</div>
      <PageHeader live={live} title={<>{release.service} <span className="font-mono">{release.version}</span></>} />
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      <div className="grid gap-4">
        <QuarantineCard release={release} />
        <Card title={t('ready.title')} tone={readyTone[ready.verdict]}>
          <p className="flex gap-2.5 text-base">
            <StatusMark tone={readyTone[ready.verdict]} className="mt-1" />
            {ready.verdict === 'none' || ready.verdict === 'quarantined' ? t(`ready.${ready.verdict}`) : ready.verdict === 'good' ? t('ready.good', { where: ready.where.join(', ') }) : t('ready.some', { where: ready.where.join(', '), rest: ready.rest.join(', ') })}
          </p>
          <p className="mt-2 text-text-2">{t('facts.running')}: {release.runningOn.length ? release.runningOn.join(', ') : t('nowhere')}</p>
        </Card>
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <ReleaseFacts release={release} />
          <ReleaseDeclares release={release} />
        </div>
        <Card title={t('deployments.title')}>
          {release.deployments.length === 0 ? <p className="text-text-3">{t('deployments.none')}</p> : <ul className="divide-y divide-border">{release.deployments.map((deployment) => <DeploymentItem key={deployment.id} deployment={deployment} />)}</ul>}
        </Card>
      </div>
    </>
  )
}
