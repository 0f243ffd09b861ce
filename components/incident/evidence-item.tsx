'use client'

import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Status } from '#components/ui/status.tsx'
import type { BreachView } from '#lib/triggers/view.ts'
import type { Mark } from './evidence-chart.tsx'
import { EvidenceChart } from './evidence-chart.tsx'
import { asSentence, valueInWords } from './rules/in-words.ts'
import { useSignalWords } from './use-signal-words.ts'

/** One breach: the number large, its limit in words, its chart, and the rule that judged. */
export function EvidenceItem({ breach, marks }: { breach: BreachView; marks: readonly Mark[] }) {
  const t = useTranslations('incident.evidence')
  const signalWords = useSignalWords()
  const { evidence } = breach
  const words = (measured: number): string => valueInWords(measured, evidence.unit)
  const normal = ({ low, high }: { low: number; high: number }): string => (words(low) === words(high) ? t('normalAt', { value: words(low) }) : t('normal', { low: words(low), high: words(high) }))
  // How many instances are healthy is counted, not measured over a time, and has a sentence of its own.
  const counted = evidence.signal === 'no-healthy-instance'
  const value = counted ? asSentence(evidence.sentence) : evidence.value === null ? t('unknown') : words(evidence.value)
  return (
    <article className="space-y-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p className="text-text-2">
          <span className={`text-2xl leading-8 font-semibold tracking-tight ${breach.closedAt ? 'text-text-2' : 'text-text'}`}>{value}</span>{' '}
          <span className="whitespace-nowrap">{counted ? '' : t(evidence.direction === 'above' ? 'limitAbove' : 'limitBelow', { limit: words(evidence.limit) })}</span>
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
        {t.rich('where', { signal: signalWords(evidence.signal), service: breach.service, region: breach.region, strong: (chunks) => <span className="font-medium text-text">{chunks}</span> })}
        {breach.release ? ` · ${t('running', { release: breach.release })}` : ''}
        {counted ? '' : ` · ${t('over', { seconds: evidence.windowSeconds, requests: evidence.requests })}`} · {t('measured')} <Age at={evidence.series.at(-1)?.at ?? breach.openedAt} />
      </p>
      {evidence.series.length > 1 ? <EvidenceChart evidence={evidence} marks={[{ at: breach.openedAt, label: t('markBreach') }, ...marks]} /> : counted ? null : <p className="text-text-3">{t('noSeries')}</p>}
      <p className="text-xs text-text-3">
        {t('rule', { rule: breach.rule, criteria: breach.criteria, revision: breach.revision })}
        {counted ? '' : evidence.baseline ? ` · ${normal(evidence.baseline)}` : ` · ${t('noBaseline')}`}
      </p>
    </article>
  )
}
