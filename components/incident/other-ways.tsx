'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Status } from '#components/ui/status.tsx'
import type { OptionView, PlanView } from '#lib/orchestration/view.ts'
import { asSentence, ended, rangeInWords } from './rules/in-words.ts'
import { Section } from './section.tsx'

/** The ways to deal with it beside rolling back: what each takes, loses and reaches. One that is not possible says why, and no more. */
export function OtherWays({ plan }: { plan: PlanView }) {
  const t = useTranslations('incident.ways')
  const others = plan.options.filter((option) => option.kind !== 'roll-back')
  if (others.length === 0) return null
  return (
    <Section label={t('label')}>
      <ul className="@container divide-y divide-border rounded-md border border-border">
        {others.map((option) => (
          <li key={option.kind} className="px-3 py-2.5">
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className={`font-medium ${option.possible ? '' : 'text-text-3'}`}>{t(`kind.${option.kind}`)}</span>
              <Status tone={option.possible ? 'neutral' : 'unknown'} size="sm">
                {option.possible ? t('possible') : t('notPossible')}
              </Status>
            </p>
            <p className="mt-0.5 text-[0.8125rem] text-text-2 text-pretty">{asSentence(option.because)}</p>
            {option.possible && <Costs option={option} />}
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Two columns where there is room, one below the other on a phone. */
function Costs({ option }: { option: OptionView }) {
  const t = useTranslations('incident.ways')
  const { timeToEffect, lost, blastRadius, reversible } = option
  return (
    <dl className="mt-2 grid gap-x-6 gap-y-1.5 text-[0.8125rem] @md:grid-cols-2">
      <Cost label={t('time')}>{timeToEffect ? rangeInWords(timeToEffect.p50Ms, timeToEffect.p90Ms) : t('notKnown')}</Cost>
      <Cost label={t('undo')}>
        {reversible.yes ? t('yes') : t('no')} <span className="text-text-2">{ended(reversible.because)}</span>
      </Cost>
      <Cost label={t('lost')}>{asSentence(lost)}</Cost>
      <Cost label={t('reaches')}>{asSentence(blastRadius)}</Cost>
    </dl>
  )
}

function Cost({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-text-3">{label}</dt>
      <dd className="text-pretty break-words">{children}</dd>
    </div>
  )
}
