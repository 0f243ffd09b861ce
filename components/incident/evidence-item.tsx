'use client'

import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Status } from '#components/ui/status.tsx'
import type { BreachView } from '#lib/triggers/view.ts'
import type { Mark } from './evidence-chart.tsx'
import { EvidenceChart } from './evidence-chart.tsx'
import { valueInWords } from './rules/in-words.ts'

/** One breach: the number large, its limit in words, its chart, and the rule that judged. */
export function EvidenceItem({ breach, marks }: { breach: BreachView; marks: readonly Mark[] }) {
  const t = useTranslations('incident.evidence')
  const { evidence } = breach
  const value = evidence.value === null ? t('unknown') : valueInWords(evidence.value, evidence.unit)
  return (
    <article className="space-y-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p className="text-text-2">
          <span className={`text-2xl leading-8 font-semibold tracking-tight ${breach.closedAt ? 'text-text-2' : 'text-text'}`}>{value}</span>{' '}
          <span className="whitespace-nowrap">{t(evidence.direction === 'above' ? 'limitAbove' : 'limitBelow', { limit: valueInWords(evidence.limit, evidence.unit) })}</span>
        </p>
        {breach.closedAt ? (
          <Status tone="neutral" size="sm">
            {t('cleared')}
          </Status>
        ) : (
          <Status tone="bad" size="sm">
            {t('breaching')} · <Age at={breach.openedAt} />
          </Status>
        )}
      </div>
      <p className="text-text-2">
        {t.rich('where', { signal: evidence.signal, service: breach.service, region: breach.region, strong: (chunks) => <span className="font-medium text-text">{chunks}</span> })}
        {breach.release ? ` · ${t('running', { release: breach.release })}` : ''}
        {' · '}
        {t('over', { seconds: evidence.windowSeconds, requests: evidence.requests })}
      </p>
      {evidence.series.length > 1 ? <EvidenceChart evidence={evidence} marks={[{ at: breach.openedAt, label: t('markBreach') }, ...marks]} /> : <p className="text-text-3">{t('noSeries')}</p>}
      <p className="text-xs text-text-3">
        {t('rule', { rule: breach.rule, criteria: breach.criteria, revision: breach.revision })}
        {evidence.baseline ? ` · ${t('normal', { low: valueInWords(evidence.baseline.low, evidence.unit), high: valueInWords(evidence.baseline.high, evidence.unit) })}` : ` · ${t('noBaseline')}`}
      </p>
    </article>
  )
}
