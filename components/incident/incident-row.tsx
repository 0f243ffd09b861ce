'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Age, Elapsed } from '#components/ui/age.tsx'
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
      <Link href={`/incidents/${incident.number}`} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1 px-4 py-3 hover:bg-sunken sm:grid-cols-[5.5rem_minmax(0,1fr)_9rem_7rem]">
        <span className="flex items-center gap-2 sm:flex-col sm:items-start sm:gap-1">
          <span className="font-mono text-[0.8125rem] text-text-2">INC-{incident.number}</span>
          <Severity level={incident.severity} size="sm" />
        </span>
        <span className="col-span-2 min-w-0 sm:col-span-1">
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
        <span className="text-right">
          <Elapsed since={incident.openedAt} until={incident.resolvedAt} className={over ? 'text-text-2' : 'font-semibold'} />
          <span className="block text-xs text-text-3">
            <Age at={incident.openedAt} />
          </span>
        </span>
      </Link>
    </li>
  )
}
