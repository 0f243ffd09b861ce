'use client'

import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { ended } from '#components/incident/rules/in-words.ts'
import { durationText } from '#components/ui/time-text.ts'
import type { PlanStepView, PlanView } from '#lib/orchestration/view.ts'
import { Later } from './later.tsx'
import { LongList } from './long-list.tsx'
import { RoleSign } from './role-sign.tsx'
import { layersOf } from './rules/layers.ts'
import { isCareful } from './rules/picture.ts'
import type { Reason } from './rules/tell-reasons.ts'
import { StepDetails } from './step-details.tsx'
import type { PlanWords } from './use-plan-words.ts'
import { fromInWords } from './why-list.tsx'

type Item = { kind: 'layer'; number: number; count: number } | { kind: 'step'; step: PlanStepView; critical: boolean }

/** The picture in words, from top to bottom: what happens first, then what can happen once that is done. */
export function StepLayers({ plan, reasons, critical, words }: { plan: PlanView; reasons: readonly Reason[]; critical: ReadonlySet<string>; words: PlanWords }) {
  const t = useTranslations('plan.layers')
  const items = useMemo(
    () => layersOf(plan.steps).flatMap((layer, number): Item[] => [{ kind: 'layer', number, count: layer.length }, ...layer.map((step): Item => ({ kind: 'step', step, critical: critical.has(step.key) }))]),
    [plan.steps, critical],
  )
  return (
    <LongList
      label={t('label')} count={items.length} estimate={96} keyOf={(index) => keyOf(items[index])}
      row={(index) => {
        const item = items[index]
        if (!item) return null
        if (item.kind === 'step') return <StepItem item={item} plan={plan} reasons={reasons} words={words} />
        return (
          <p className="flex items-baseline justify-between gap-3 border-b border-border pt-4 pb-1">
            <span className="eyebrow">{t(item.number === 0 ? 'first' : 'then')}</span>
            <span className="text-xs text-text-3">{t('layer', { count: item.count })}</span>
          </p>
        )
      }}
    />
  )
}

const keyOf = (item: Item | undefined): string => (item?.kind === 'step' ? item.step.key : `layer ${item?.number ?? 0}`)

function StepItem({ item: { step, critical }, plan, reasons, words }: { item: Extract<Item, { kind: 'step' }>; plan: PlanView; reasons: readonly Reason[]; words: PlanWords }) {
  const t = useTranslations('plan')
  const why = useTranslations('plan.why')
  const when = plan.forecast.steps.find((one) => one.key === step.key)
  const own = reasons.filter((reason) => reason.to === step.key)
  return (
    <div className="border-b border-border py-2.5" data-row>
      <p className="flex items-start gap-2">
        <RoleSign role={step.role} className="mt-0.5 size-4 text-text-2" />
        <span className="min-w-0 flex-1 font-medium">{words.nameOf(step.key)}</span>
        {when && <span className="text-[0.8125rem] whitespace-nowrap text-text-3">+{durationText(when.startMs)}</span>}
      </p>
      <div className="pl-6 text-[0.8125rem]">
        {(critical || isCareful(step)) && (
          <p className="text-text-2">
            {[critical ? t('picture.critical') : null, isCareful(step) ? t('picture.careful') : null].filter((text) => text !== null).join(' · ')}
          </p>
        )}
        {own.map((reason) => (
          <p key={reason.from[0]} className="text-text-3 text-pretty">
            <span className="text-text-2">{t('step.waitsFor')} {fromInWords(reason, words.nameOf, why)}:</span> {ended(words.inWords(reason.because))}
          </p>
        ))}
        <Later summary={t('step.details')}>{() => <StepDetails step={step} plan={plan} reasons={reasons} nameOf={words.nameOf} inWords={words.inWords} />}</Later>
      </div>
    </div>
  )
}
