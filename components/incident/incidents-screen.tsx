'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Input } from '#components/ui/field.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { IncidentSummary } from '#lib/incidents/view.ts'
import { IncidentRow } from './incident-row.tsx'

const filters = ['all', 'live', 'over', 'drills'] as const
type Filter = (typeof filters)[number]

const isOver = (incident: IncidentSummary): boolean => incident.status === 'resolved' || incident.status === 'closed'
const keeps: Record<Filter, (incident: IncidentSummary) => boolean> = {
  all: () => true,
  live: (incident) => !isOver(incident),
  over: isOver,
  drills: (incident) => incident.kind === 'drill',
}

/** All incidents: what is live first, the newest first among equals. */
export function IncidentsScreen({ initial }: { initial?: { data: IncidentSummary[]; version: string } | undefined }) {
  const t = useTranslations('incident.list')
  const live = useLive('incident.list', {}, initial)
  const [filter, setFilter] = useState<Filter>('all')
  const [search, setSearch] = useState('')
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const matches = (incident: IncidentSummary): boolean => {
    const text = `inc-${incident.number} ${incident.title} ${incident.severity} ${incident.environment} ${incident.services.join(' ')} ${incident.commander?.name ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const all = live.data
  const shown = [...(all ?? [])].filter(keeps[filter]).filter(matches).sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || b.openedAt.localeCompare(a.openedAt))
  return (
    <>
      <PageHeader title={t('title')} live={live}>
        {all && all.length > 0 ? t('summary', { live: all.filter((one) => !isOver(one)).length }) : null}
      </PageHeader>
      {live.problem && <ProblemNote problem={live.problem} />}
      {!all && !live.problem && <Skeleton className="h-64" />}
      {all?.length === 0 && <EmptyState title={t('emptyTitle')}>{t('emptyBody')}</EmptyState>}
      {all && all.length > 0 && (
        <>
          <div className="mb-4 flex flex-wrap items-center gap-2">
            <div role="group" aria-label={t('filter')} className="flex flex-wrap gap-1">
              {filters.map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={filter === one}
                  onClick={() => setFilter(one)}
                  className="h-9 rounded-full border border-border px-3.5 text-[0.8125rem] text-text-2 hover:border-border-strong hover:text-text aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:font-medium aria-pressed:text-accent-fg"
                >
                  {t(one)} <span className="tabular-nums">{all.filter(keeps[one]).length}</span>
                </button>
              ))}
            </div>
            <Input type="search" aria-label={t('search')} placeholder={t('search')} value={search} onChange={(event) => setSearch(event.target.value)} className="h-9 w-full sm:ml-auto sm:w-64" />
          </div>
          {shown.length === 0 ? (
            <p className="rounded-md border border-dashed border-border px-4 py-6 text-text-2">{t('noMatch')}</p>
          ) : (
            <ul className="divide-y divide-border overflow-hidden rounded-md border border-border bg-surface">
              {shown.map((incident) => (
                <IncidentRow key={incident.id} incident={incident} />
              ))}
            </ul>
          )}
        </>
      )}
    </>
  )
}
