'use client'

import { useTranslations } from 'use-intl'
import { ended, rangeInWords } from '#components/incident/rules/in-words.ts'
import { Card } from '#components/ui/card.tsx'
import { Status } from '#components/ui/status.tsx'
import type { OptionView } from '#lib/orchestration/view.ts'

/** The ways to deal with it on one card; what is not possible stays there, with the reason. */
export function PlanOptions({ options }: { options: readonly OptionView[] }) {
  const t = useTranslations('plan.options')
  if (options.length === 0) return null
  return (
    <Card title={t('title')} className="break-inside-avoid">
      <ul className="@container grid items-start gap-3 sm:grid-cols-[repeat(auto-fit,minmax(15rem,1fr))]">
        {options.map((option) => (
          <li key={option.kind} className={`rounded-md border px-3 py-3 ${option.possible ? 'border-border-strong' : 'border-dashed border-border bg-sunken'}`}>
            <p className="flex flex-wrap items-center justify-between gap-2">
              <span className={`font-semibold ${option.possible ? '' : 'text-text-2'}`}>{t(`kind.${option.kind}`)}</span>
              <Status tone={option.possible ? 'neutral' : 'unknown'} size="sm">{t(option.possible ? 'possible' : 'impossible')}</Status>
            </p>
            <p className="mt-1 text-[0.8125rem] text-text-2 text-pretty">{ended(option.because)}</p>
            {option.possible && (
              <dl className="mt-2 grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-[0.8125rem]">
                <dt className="text-text-3">{t('time')}</dt>
                <dd className="font-medium">{option.timeToEffect ? rangeInWords(option.timeToEffect.p50Ms, option.timeToEffect.p90Ms) : <span className="hatched rounded-sm px-1">{t('notKnown')}</span>}</dd>
                <dt className="text-text-3">{t('lost')}</dt>
                <dd>{option.lost}</dd>
                <dt className="text-text-3">{t('blast')}</dt>
                <dd>{option.blastRadius}</dd>
                <dt className="text-text-3">{t('undo')}</dt>
                <dd>
                  <span className={option.reversible.yes ? 'font-medium' : 'font-medium text-bad-fg'}>{t(option.reversible.yes ? 'undoYes' : 'undoNo')}</span> {option.reversible.because}
                </dd>
              </dl>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
