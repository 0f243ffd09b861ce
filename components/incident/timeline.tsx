'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import type { TimelineEntry } from '#lib/incidents/view.ts'
import { NoteComposer } from './note-composer.tsx'

const filters = ['all', 'people', 'notes', 'trouble'] as const
type Filter = (typeof filters)[number]

const keeps: Record<Filter, (entry: TimelineEntry) => boolean> = {
  all: () => true,
  people: (entry) => entry.actor.kind === 'person',
  notes: (entry) => entry.action === 'incident.note',
  trouble: (entry) => entry.tone === 'bad',
}

/** What happened, newest first, each line from the audit trail. */
export function Timeline({ incidentId, entries, canWrite }: { incidentId: string; entries: readonly TimelineEntry[]; canWrite: boolean }) {
  const t = useTranslations('incident.timeline')
  const [filter, setFilter] = useState<Filter>('all')
  const shown = entries.filter(keeps[filter])
  return (
    <Card
      title={t('title')}
      aside={
        <Link href={`/records?incident=${incidentId}`} className="underline underline-offset-2 hover:text-text">
          {t('records')}
        </Link>
      }
    >
      {canWrite && <NoteComposer incidentId={incidentId} />}
      <div role="group" aria-label={t('filter')} className="mt-4 mb-2 flex flex-wrap gap-1">
        {filters.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={filter === one}
            onClick={() => setFilter(one)}
            className="h-8 rounded-full border border-border px-3 text-[0.8125rem] text-text-2 hover:border-border-strong hover:text-text aria-pressed:border-accent aria-pressed:bg-accent aria-pressed:font-medium aria-pressed:text-accent-fg"
          >
            {t(one)} <span className="tabular-nums">{entries.filter(keeps[one]).length}</span>
          </button>
        ))}
      </div>
      {shown.length === 0 && <p className="py-4 text-text-2">{t('empty')}</p>}
      <ol className="relative">
        {shown.map((entry) => (
          <li key={entry.id} className="relative grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2.5 pb-4 last:pb-0">
            <span aria-hidden className="absolute top-5 bottom-0 left-[0.5625rem] w-px bg-border" />
            <StatusMark tone={entry.tone} className="relative mt-[0.1875rem] animate-none bg-surface" />
            <div className="min-w-0">
              <p className={entry.action === 'incident.note' ? 'text-pretty whitespace-pre-wrap' : 'text-pretty'}>
                {entry.href ? (
                  <Link href={entry.href} className="underline decoration-border-strong underline-offset-2 hover:decoration-text">
                    {entry.sentence}
                  </Link>
                ) : (
                  entry.sentence
                )}
              </p>
              <p className="text-xs text-text-3">
                {entry.action === 'incident.note' && <span className="font-medium text-text-2">{entry.actor.name} · </span>}
                <Time at={entry.at} seconds /> · <Age at={entry.at} />
              </p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  )
}
