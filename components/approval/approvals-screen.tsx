'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { ApprovalView } from '#lib/governance/view.ts'
import { ApprovalCard } from './approval-card.tsx'
import { DecidedTable } from './decided-table.tsx'

/** What waits for a decision, with all that is needed to decide; then what was decided. */
export function ApprovalsScreen({ initial }: { initial?: { data: ApprovalView[]; version: string } | undefined }) {
  const t = useTranslations('approval')
  const live = useLive('approval.list', {}, initial)
  const pending = live.data?.filter((approval) => approval.state === 'pending').sort((a, b) => a.expiresAt.localeCompare(b.expiresAt))
  const decided = live.data?.filter((approval) => approval.state !== 'pending')
  return (
    <>
      <PageHeader title={t('title')} live={live}>
        {t('intro')}{' '}
        <Link href="/policy" className="font-medium underline underline-offset-2">
          {t('policy')}
        </Link>
      </PageHeader>
      {live.problem && <ProblemNote problem={live.problem} />}
      {!live.data && !live.problem && <Skeleton className="h-64" />}
      {pending && (
        <section aria-labelledby="waiting" className="space-y-5">
          <div role="status">
            <h2 id="waiting" className={pending.length ? 'text-base font-semibold' : 'sr-only'}>
              {t('waiting', { count: pending.length })}
            </h2>
          </div>
          {pending.length === 0 && <EmptyState title={t('emptyTitle')}>{t('emptyBody')}</EmptyState>}
          {pending.map((approval) => (
            <ApprovalCard key={approval.id} approval={approval} />
          ))}
        </section>
      )}
      {decided && (
        <section aria-labelledby="earlier" className="mt-10">
          <h2 id="earlier" className="mb-3 text-base font-semibold">
            {t('earlier')}
          </h2>
          {decided.length === 0 ? <p className="text-text-2">{t('noneEarlier')}</p> : <DecidedTable approvals={decided} />}
        </section>
      )}
    </>
  )
}
