'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Elapsed } from '#components/ui/age.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Status } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'
import { ChangeSeverity } from './change-severity.tsx'
import { incidentTone } from './look.ts'
import { TakeSeat } from './take-seat.tsx'

/** What it is, how bad, since when, and who has it. */
export function IncidentHeader({ incident }: { incident: IncidentView }) {
  const t = useTranslations('incident')
  const { seat } = incident
  return (
    <header className="mb-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="font-mono text-sm font-medium text-text-2">INC-{incident.number}</span>
        <Severity level={incident.severity} />
        <Status tone={incidentTone[incident.status]}>{t(`status.${incident.status}`)}</Status>
        {incident.kind === 'drill' && <Status tone="drill">{t('drill')}</Status>}
        <span className="ml-auto text-right whitespace-nowrap">
          <span className="sr-only">{t('openFor')} </span>
          <Elapsed since={incident.openedAt} until={incident.resolvedAt ?? incident.closedAt} className="text-xl font-semibold tracking-tight" />
          <span className="ml-1.5 text-text-3">{incident.resolvedAt ? t('lasted') : t('open')}</span>
        </span>
      </div>
      <h1 className="mt-2 text-lg leading-6 font-semibold tracking-tight text-balance sm:text-2xl sm:leading-8">{incident.title}</h1>
      <p className="mt-1 text-text-2">
        {incident.services.join(', ')} · {incident.environment} · {t('since')} <Time at={incident.openedAt} /> · {t('declaredBy', { name: incident.declaredBy })}
        {incident.release ? ` · ${t('suspect', { release: `${incident.release.service} ${incident.release.version}` })}` : ''}
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 border-y border-border py-1">
        <span className="eyebrow">{t('seat.label')}</span>
        {seat.holder ? (
          <>
            <span className="font-semibold">{seat.holder.name}</span>
            <span className="text-text-3">
              {t('seat.term', { term: seat.term })}
              {seat.takenAt && (
                <>
                  {' · '}
                  {t('seat.since')} <Time at={seat.takenAt} />
                </>
              )}
            </span>
          </>
        ) : (
          <span className="font-medium text-degraded-fg">{t('seat.empty')}</span>
        )}
        <span className="ml-auto flex">
          <ChangeSeverity incident={incident} />
          {incident.status !== 'closed' && seat.holder && (
            <Link href={`/incidents/${incident.number}/hand-over`} className="self-center px-2 font-medium underline underline-offset-2">
              {t('seat.handOver')}
            </Link>
          )}
          {incident.status !== 'closed' && seat.holder && <TakeSeat incidentId={incident.id} seat={seat} />}
        </span>
      </div>
    </header>
  )
}
