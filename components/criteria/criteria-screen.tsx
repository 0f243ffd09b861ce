'use client'

import { useTranslations } from 'use-intl'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { CriteriaView } from '#lib/triggers/view.ts'
import { CriteriaCard } from './criteria-card.tsx'

/** Every criteria document in force, and how its rules judge now. */
export function CriteriaScreen({ initial }: { initial: { data: CriteriaView[]; version: string } | undefined }) {
  const t = useTranslations('criteria')
  const live = useLive('criteria.list', {}, initial)
  return (
    <>
      <PageHeader title={t('title')} live={live}>{t('intro')}</PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!live.data && !live.problem ? <Skeleton className="h-64" /> : null}
      {live.data?.length === 0 ? <EmptyState title={t('empty.title')} action={<code className="rounded-sm bg-sunken px-2 py-1 font-mono text-[0.8125rem]">{'PUT /api/v1/criteria/:name'}</code>}>{t('empty.text')}</EmptyState> : null}
      <div className="grid gap-4">{live.data?.map((criteria) => <CriteriaCard key={criteria.id} criteria={criteria} />)}</div>
    </>
  )
}
