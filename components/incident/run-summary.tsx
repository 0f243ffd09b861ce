'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Elapsed } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { Meter } from '#components/ui/meter.tsx'
import { Status } from '#components/ui/status.tsx'
import type { Tone } from '#components/ui/status.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'
import { runTone } from './look.ts'
import { asSentence, rangeInWords } from './rules/in-words.ts'

const regionTone: Record<string, Tone> = { waiting: 'neutral', working: 'working', done: 'neutral', stuck: 'bad' }

/** Where the rollback stands, region by region; the rest is on its own page. */
export function RunSummary({ run }: { run: NonNullable<IncidentView['run']> }) {
  const t = useTranslations('incident.run')
  const status = useTranslations('run.status')
  const region = useTranslations('run.regionStatus')
  return (
    <Card
      title={t('title')}
      aside={
        <>
          <Status tone={runTone[run.status]}>{status(run.status)}</Status>
          {run.startedAt && <Elapsed since={run.startedAt} until={run.finishedAt} className="font-medium text-text" />}
        </>
      }
    >
      {run.because && <p className="mb-3 text-text-2 text-pretty">{asSentence(run.because)}</p>}
      <ul className="space-y-3">
        {run.regions.map((row) => (
          <li key={row.name}>
            <div className="mb-1 flex items-baseline justify-between gap-3">
              <span className="font-medium">{row.name}</span>
              <span className="text-[0.8125rem] text-text-2">
                {region.has(row.status as 'waiting') ? region(row.status as 'waiting') : row.status} · {t('steps', { done: row.done, total: row.total })}
              </span>
            </div>
            <Meter value={row.done} max={row.total} label={t('progress', { region: row.name })} text={t('steps', { done: row.done, total: row.total })} tone={regionTone[row.status] ?? 'neutral'} />
          </li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-3">
        <p className="text-[0.8125rem] text-text-3">{run.finishedAt ? t('doneNotRecovered') : t('forecast', { range: rangeInWords(run.forecast.p50Ms, run.forecast.p90Ms) })}</p>
        <Button asChild size="sm">
          <Link href={`/runs/${run.id}`}>{t('open')}</Link>
        </Button>
      </div>
    </Card>
  )
}
