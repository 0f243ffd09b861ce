'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { Spark } from '#components/ui/spark.tsx'
import type { BreachView } from '#lib/triggers/view.ts'

/** One rule in breach: what it saw, against which limit, since when, and what it does about it. */
export function BreachRow({ breach }: { breach: BreachView }) {
  const t = useTranslations('situation')
  const { evidence } = breach
  return (
    <li data-row className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <Severity level={breach.severity} size="sm" />
          {breach.service}{breach.release ? ` ${breach.release}` : ''} · {breach.environment} · {breach.region}
        </p>
        <p className="mt-0.5 text-text-2">{evidence.sentence}</p>
        <p className="text-[0.8125rem] text-text-3">
          {breach.rule} ({breach.criteria} r{breach.revision}) · {t(`action.${breach.action}`)} · {t('since')} <Age at={breach.openedAt} /> ·{' '}
          {breach.incidentNumber === null ? t('noIncident') : <Link href={`/incidents/${breach.incidentNumber}`} className="font-medium text-text underline">INC-{breach.incidentNumber}</Link>}
        </p>
      </div>
      <Spark values={evidence.series.map((point) => point.value)} limit={evidence.limit} band={evidence.baseline} label={t('chart', { sentence: evidence.sentence })} width={140} height={36} />
    </li>
  )
}
