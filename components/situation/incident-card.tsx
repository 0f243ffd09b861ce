'use client'

import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Elapsed } from '#components/ui/age.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Status } from '#components/ui/status.tsx'
import type { IncidentSummary } from '#lib/incidents/view.ts'
import { incidentTone } from './tones.ts'

/** One live incident, as large as it matters. The whole card leads to it. */
export function IncidentCard({ incident }: { incident: IncidentSummary }) {
  const t = useTranslations('situation')
  return (
    <article data-row className="relative rounded-md border border-border border-l-4 border-l-bad bg-surface p-4 hover:border-border-strong hover:border-l-bad sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Severity level={incident.severity} />
        <span className="font-mono text-[0.8125rem] text-text-2">INC-{incident.number}</span>
        <Status tone={incidentTone[incident.status]}>{t(`status.${incident.status}`)}</Status>
        {incident.kind === 'drill' ? <Status tone="drill">{t('drill')}</Status> : null}
        <span className="ml-auto text-right text-text-3">{t('openFor')} <Elapsed since={incident.openedAt} until={incident.resolvedAt} className="font-mono text-base font-semibold text-text" /></span>
      </div>
      <h2 className="mt-3 text-lg leading-6 font-semibold text-balance">
        <Link href={`/incidents/${incident.number}`} className="after:absolute after:inset-0 after:rounded-md focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-text">{incident.title}</Link>
      </h2>
      <div className="mt-1 flex items-end justify-between gap-4">
        <p className="text-text-2">
          {incident.services.join(', ')} · {incident.environment}
          <br />
          {t('commander')}: {incident.commander ? incident.commander.name : <strong className="font-semibold text-bad-fg">{t('nobody')}</strong>}
        </p>
        <ChevronRight aria-hidden className="size-5 shrink-0 text-text-3" />
      </div>
    </article>
  )
}
