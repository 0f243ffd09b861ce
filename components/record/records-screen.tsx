'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Table, Tbody, Th, Thead, Tr } from '#components/ui/table.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { RecordsView } from '#lib/governance/view.ts'
import { RecordFilters } from './record-filters.tsx'
import { RecordRow } from './record-row.tsx'
import type { Sought } from './rules/sought.ts'
import { inputOf, isEmpty, searchOf } from './rules/sought.ts'

/** The audit trail: what was done, by whom, and whether it is sealed. Newest first, a page at a time. */
export function RecordsScreen({ sought: first, initial }: { sought: Sought; initial?: { data: RecordsView; version: string } | undefined }) {
  const t = useTranslations('record')
  const cache = useQueryClient()
  const [sought, setSought] = useState(first)
  /** The cursors of the pages before this one; the newest page has none. */
  const [trail, setTrail] = useState<readonly string[]>([])
  const before = trail.at(-1)
  const live = useLive('record.list', inputOf(sought, before), trail.length === 0 && sought === first ? initial : undefined)
  const page = live.data
  const seek = (next: Sought): void => {
    setSought(next)
    setTrail([])
    window.history.replaceState(null, '', searchOf(next))
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <Button size="sm" onClick={() => void cache.invalidateQueries({ queryKey: ['live', 'record.list'] })}>
            {t('refresh')}
          </Button>
        }
      >
        {t('intro')}
      </PageHeader>
      <RecordFilters sought={sought} onSeek={seek} />
      {live.problem && <ProblemNote problem={live.problem} />}
      {!page && !live.problem && <Skeleton className="h-96" />}
      {page && (
        <>
          <p className="mb-3 text-text-2">
            {t('sealed', { count: page.sealed })} {page.unsealed > 0 && <span className="font-medium text-degraded-fg">{t('unsealed', { count: page.unsealed })}</span>}
          </p>
          {page.records.length === 0 ? (
            isEmpty(sought) && trail.length === 0 ? (
              <EmptyState title={t('emptyTitle')}>{t('emptyBody')}</EmptyState>
            ) : (
              <p className="rounded-md border border-dashed border-border px-4 py-6 text-text-2">{t('noMatch')}</p>
            )
          ) : (
            <div className="rounded-md border border-border bg-surface px-4">
              <Table label={t('title')} className="min-w-[52rem]">
                <Thead>
                  <Tr>
                    <Th className="w-8">
                      <span className="sr-only">{t('more')}</span>
                    </Th>
                    <Th>{t('when')}</Th>
                    <Th>{t('who')}</Th>
                    <Th>{t('action')}</Th>
                    <Th>{t('subject')}</Th>
                    <Th>{t('leaf')}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {page.records.map((record) => (
                    <RecordRow key={record.id} record={record} />
                  ))}
                </Tbody>
              </Table>
            </div>
          )}
          <nav aria-label={t('pages')} className="mt-4 flex items-start justify-between gap-2">
            <Button size="sm" disabledBecause={trail.length === 0 ? t('newest') : undefined} onClick={() => setTrail(trail.slice(0, -1))}>
              {t('newer')}
            </Button>
            <Button size="sm" disabledBecause={page.next === null ? t('oldest') : undefined} onClick={() => page.next && setTrail([...trail, page.next])}>
              {t('older')}
            </Button>
          </nav>
        </>
      )}
    </>
  )
}
