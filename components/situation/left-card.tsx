'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Until } from '#components/incident/left-abnormal.tsx'
import { Card } from '#components/ui/card.tsx'
import type { SituationView } from '#lib/incidents/view.ts'

/** What runs have left abnormal and nobody has put right yet, the soonest to expire first. */
export function LeftCard({ exceptions }: Pick<SituationView, 'exceptions'>) {
  const t = useTranslations('situation.abnormal')
  return (
    <Card title={t('title')} tone="degraded">
      <ul className="divide-y divide-border">
        {exceptions.map((one) => (
          <li key={one.id} data-row className="py-2.5 first:pt-0 last:pb-0">
            <Link href={one.incidentNumber === null ? `/runs/${one.runId}` : `/incidents/${one.incidentNumber}`} className="font-medium break-words text-text underline decoration-border-strong underline-offset-2 hover:decoration-text">{one.what}</Link>
            <p className="mt-0.5 flex flex-wrap gap-x-3 text-[0.8125rem] text-text-2">
              <span>{one.environment}</span>
              {one.owner ? <span>{one.owner.name}</span> : <span className="font-medium text-bad-fg">{t('nobody')}</span>}
              <Until exception={one} />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}
