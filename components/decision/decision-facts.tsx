'use client'

import { useTranslations } from 'use-intl'
import { durationText } from '#components/ui/time-text.ts'
import type { DecisionView } from '#lib/governance/view.ts'

/** What was known, from where, and how old it was: never as it is now. */
export function DecisionFacts({ decision }: { decision: DecisionView }) {
  const t = useTranslations('decision')
  return (
    <section aria-labelledby="facts" className="rounded-md border border-border bg-surface px-4 py-4 sm:px-6">
      <h2 id="facts" className="text-base font-semibold">
        {t('facts')}
      </h2>
      {decision.facts.length === 0 && <p className="mt-2 text-text-2">{t('noFacts')}</p>}
      <dl className="mt-2 divide-y divide-border">
        {decision.facts.map((fact) => (
          <div key={`${fact.what}${fact.at}`} className="py-2">
            <dt className="text-text-2">{fact.what}</dt>
            <dd>
              <span className="font-medium text-pretty">{fact.value}</span>{' '}
              <span className={fact.ageSeconds === null ? 'hatched rounded-sm px-1' : 'text-text-3'}>
                {t('source', { source: fact.source })}, {fact.ageSeconds === null ? t('age.unknown') : t('age.known', { age: durationText(fact.ageSeconds * 1_000) })}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-text-3">
        {decision.criteria.length > 0 ? t('criteria', { criteria: decision.criteria.map((one) => `${one.name} r${one.revision}`).join(', '), policy: decision.policyRevision }) : t('noCriteria', { policy: decision.policyRevision })}
      </p>
    </section>
  )
}
