'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Age, Duration, Elapsed } from '#components/ui/age.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Status } from '#components/ui/status.tsx'
import type { IncidentSummary } from '#lib/incidents/view.ts'
import { incidentTone } from './look.ts'

/** One incident as a line that leads to its console. */
export function IncidentRow({ incident }: { incident: IncidentSummary }) {
  const t = useTranslations('incident')
  const over = incident.status === 'resolved' || incident.status === 'closed'
  return (
    <li>
      <Link href={`/incidents/${incident.number}`} className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 px-4 py-3 hover:bg-sunken sm:grid sm:grid-cols-[5.5rem_minmax(0,1fr)_10rem_8rem] sm:items-start sm:gap-x-4">
        <span className="flex items-center gap-2.5 sm:flex-col sm:items-start sm:gap-1">
          <span className="font-mono text-[0.8125rem] text-text-2">INC-{incident.number}</span>
          <Severity level={incident.severity} size="sm" />
        </span>
        <span className="order-last w-full min-w-0 sm:order-none sm:w-auto">
          <span className={`block text-pretty ${over ? '' : 'font-semibold'}`}>{incident.title}</span>
          <span className="block text-[0.8125rem] text-text-3">
            {incident.services.join(', ')} · {incident.environment} · {incident.commander ? t('commandedBy', { name: incident.commander.name }) : over ? t('noCommander') : t('seat.empty')}
          </span>
        </span>
        <span className="flex flex-wrap gap-1">
          <Status tone={incidentTone[incident.status]} size="sm">
            {t(`status.${incident.status}`)}
          </Status>
          {incident.kind === 'drill' && (
            <Status tone="drill" size="sm">
              {t('drill')}
            </Status>
          )}
        </span>
        <span className="ml-auto text-right whitespace-nowrap">
          {over && incident.resolvedAt ? <Duration ms={Date.parse(incident.resolvedAt) - Date.parse(incident.openedAt)} className="text-text-2" /> : <Elapsed since={incident.openedAt} className="font-semibold" />}
          <span className="ml-2 text-xs text-text-3 sm:ml-0 sm:block">
            <Age at={incident.openedAt} />
          </span>
        </span>
      </Link>
    </li>
  )
}
