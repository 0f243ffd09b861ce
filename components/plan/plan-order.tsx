'use client'

import { ArrowLeft } from 'lucide-react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { againstLimit, rangeInWords } from '#components/incident/rules/in-words.ts'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { durationText } from '#components/ui/time-text.ts'
import { useMedia } from '#components/ui/use-media.ts'
import type { PlanView } from '#lib/orchestration/view.ts'
import { RoleSign, SignLegend } from './role-sign.tsx'
import type { PicturedStep } from './rules/picture.ts'
import { pictureOfPlan } from './rules/picture-of-plan.ts'
import { tellReasons } from './rules/tell-reasons.ts'
import { StepDetails } from './step-details.tsx'
import { StepLayers } from './step-layers.tsx'
import { TimePicture } from './time-picture.tsx'
import { usePlanWords } from './use-plan-words.ts'
import { WhyList } from './why-list.tsx'

const limitTone = { none: 'text-text-3', inside: 'text-good-fg', 'may miss': 'text-degraded-fg', misses: 'text-bad-fg' } as const

/** What happens when, and why in this order: as a picture with its reasons beside it, or as a list. On a phone it is the list. */
export function PlanOrder({ plan }: { plan: PlanView }) {
  const t = useTranslations('plan')
  const short = useTranslations('run.step.word')
  const words = usePlanWords(plan.steps)
  const picture = useMemo(() => pictureOfPlan(plan), [plan])
  const reasons = useMemo(() => tellReasons(plan), [plan])
  const critical = useMemo(() => new Set(picture.critical), [picture])
  const [chosen, setChosen] = useState<string | null>(null)
  const [asList, setAsList] = useState(false)
  const narrow = useMedia('(max-width: 47.99rem)')
  const details = useRef<HTMLDivElement>(null)
  const step = plan.steps.find((one) => one.key === chosen)
  const choose = useCallback((key: string | null) => setChosen(key), [])
  const open = useCallback(() => details.current?.scrollIntoView({ block: 'nearest' }), [])
  const wordOf = useCallback((one: PicturedStep) => (one.role === 'playbook' ? one.stepKind : short(one.role)), [short])
  const { nameOf } = words
  const stateOf = useCallback((one: PicturedStep) => t('picture.blockForecast', { step: nameOf(one.key), from: durationText(one.startMs), to: durationText(one.endMs) }), [t, nameOf])
  return (
    <Card title={t('order.title')} aside={narrow === true ? null : <ViewSwitch asList={asList} onChange={setAsList} />}>
      {!asList && narrow !== true && (
        <div className="grid gap-x-5 gap-y-4 max-md:hidden min-[88rem]:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="min-w-0">
            <p className="pb-2 text-xs text-text-3">{t('order.legend')} {t('order.keys')}</p>
            <TimePicture picture={picture} chosen={chosen} onChoose={choose} onOpen={open} nameOf={nameOf} wordOf={wordOf} stateOf={stateOf} head={(lane) => <LaneHead plan={plan} lane={lane} />} />
            <SignLegend roles={[...new Set(plan.steps.map((one) => one.role))]} word={short} />
          </div>
          <div ref={details} className="flex min-w-0 scroll-mt-20 flex-col min-[88rem]:max-h-[min(78dvh,48rem)] min-[88rem]:border-l min-[88rem]:border-border min-[88rem]:pl-5">
            {step ? (
              <div className="min-h-0 overflow-y-auto min-[88rem]:pr-1" tabIndex={0} role="region" aria-label={nameOf(step.key)} onKeyDown={(event) => event.key === 'Escape' && setChosen(null)}>
                <button type="button" onClick={() => setChosen(null)} className="mb-2 inline-flex items-center gap-1 text-[0.8125rem] text-text-2 hover:text-text">
                  <ArrowLeft aria-hidden className="size-3.5" />
                  {t('step.close')}
                </button>
                <h3 className="mb-3 flex items-start gap-2 text-base leading-6 font-semibold">
                  <RoleSign role={step.role} className="mt-1 size-4" />
                  {nameOf(step.key)}
                </h3>
                <StepDetails step={step} plan={plan} reasons={reasons} {...words} onChoose={choose} />
              </div>
            ) : (
              <WhyList reasons={reasons} {...words} onChoose={choose} className="max-h-96 min-[88rem]:max-h-none" />
            )}
          </div>
        </div>
      )}
      {(asList || narrow !== false) && (
        <div className={asList ? '' : 'md:hidden'}>
          <ul className="space-y-1 pb-1">
            {picture.lanes.filter((lane) => lane.p90Ms !== null).map((lane) => (
              <li key={lane.name}><LaneHead plan={plan} lane={lane.name} /></li>
            ))}
          </ul>
          <StepLayers plan={plan} reasons={reasons} critical={critical} words={words} />
        </div>
      )}
    </Card>
  )
}

/** A region, when it is back, and how that stands to its limit. */
function LaneHead({ plan, lane }: { plan: PlanView; lane: string }) {
  const t = useTranslations('plan')
  const forecast = plan.forecast.regions.find((region) => region.region === lane)
  const count = plan.steps.filter((step) => step.region === lane).length
  const stands = forecast ? againstLimit(forecast.p50Ms, forecast.p90Ms, forecast.rtoSeconds) : 'none'
  return (
    <p className="flex flex-wrap items-baseline gap-x-3">
      <span className="font-semibold">{lane || t('center')}</span>
      <span className="text-xs text-text-3">{t('picture.steps', { count })}</span>
      {forecast && (
        <span className="ml-auto text-[0.8125rem] text-text-2">
          {t('picture.forecast', { range: rangeInWords(forecast.p50Ms, forecast.p90Ms) })} · <span className={`font-medium ${limitTone[stands]}`}>{t(`limit.${stands === 'may miss' ? 'mayMiss' : stands}`, { limit: durationText(forecast.rtoSeconds * 1000) })}</span>
        </span>
      )}
    </p>
  )
}

function ViewSwitch({ asList, onChange }: { asList: boolean; onChange: (asList: boolean) => void }) {
  const t = useTranslations('plan.order')
  return (
    <div role="group" aria-label={t('view')} className="flex gap-1 max-md:hidden print:hidden">
      {([false, true] as const).map((list) => (
        <Button key={String(list)} size="sm" variant={asList === list ? 'secondary' : 'ghost'} aria-pressed={asList === list} onClick={() => onChange(list)}>
          {t(list ? 'list' : 'picture')}
        </Button>
      ))}
    </div>
  )
}
