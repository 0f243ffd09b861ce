'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from '#components/ui/cn.ts'
import type { PlanView } from '#lib/orchestration/view.ts'
import { againstLimit, rangeInWords } from './rules/in-words.ts'

/** The four answers that fit above the fold; each is told in full below. `first` is what is wrong, where it is known. */
export function PlanGlance({ plan, first }: { plan: PlanView; first?: { label: string; value: ReactNode } | undefined }) {
  const t = useTranslations('incident.glance')
  const losses = plan.losses.filter((loss) => loss.severity !== 'none')
  const serious = losses.some((loss) => loss.severity === 'serious' || loss.severity === 'unknown') || plan.losses.length === 0
  const misses = plan.forecast.regions.some((region) => againstLimit(region.p50Ms, region.p90Ms, region.rtoSeconds) !== 'inside' && region.rtoSeconds > 0)
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
      {first && <Fact label={first.label}>{first.value}</Fact>}
      <Fact label={t('time')} tone={misses ? 'text-degraded-fg' : undefined}>
        {rangeInWords(plan.forecast.p50Ms, plan.forecast.p90Ms)}
        {misses && <span className="block text-xs font-medium">{t('mayMiss')}</span>}
      </Fact>
      <Fact label={t('lost')} tone={serious ? 'text-bad-fg' : losses.length ? 'text-degraded-fg' : undefined}>
        {plan.losses.length === 0 ? t('unknown') : t('losses', { count: losses.length })}
      </Fact>
      <Fact label={t('undo')} tone={plan.reversible.yes ? undefined : 'text-bad-fg'}>
        {plan.reversible.yes ? t('yes') : t('no')}
      </Fact>
      {!first && (
        <Fact label={t('proof')} tone={plan.proof.holds ? undefined : 'text-bad-fg'}>
          {plan.proof.holds ? t('holds') : t('fails')}
        </Fact>
      )}
    </dl>
  )
}

function Fact({ label, tone, children }: { label: string; tone?: string | undefined; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="eyebrow">{label}</dt>
      <dd className={cn('text-base leading-6 font-semibold', tone)}>{children}</dd>
    </div>
  )
}
