'use client'

import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { ended, rangeInWords } from '#components/incident/rules/in-words.ts'
import { durationText } from '#components/ui/time-text.ts'
import { usePrinting } from '#components/ui/use-printing.ts'
import type { PlanView } from '#lib/orchestration/view.ts'
import { asYaml } from './rules/as-yaml.ts'
import { tellReasons } from './rules/tell-reasons.ts'
import { usePlanWords } from './use-plan-words.ts'
import { fromInWords } from './why-list.tsx'

/** On paper there is no picture to walk through: every step with its reasons and what it executes, the forecast, and the whole hash. */
export function PlanPrinted({ plan }: { plan: PlanView }) {
  return usePrinting() ? <Printed plan={plan} /> : null
}

function Printed({ plan }: { plan: PlanView }) {
  const t = useTranslations('plan')
  const why = useTranslations('plan.why')
  const { nameOf, inWords } = usePlanWords(plan.steps)
  const reasons = useMemo(() => tellReasons(plan), [plan])
  return (
    <section className="hidden print:block">
      <h2 className="text-sm font-semibold">{t('printed.steps')}</h2>
      <p>
        {plan.forecast.regions.map((region) => `${region.region}: ${rangeInWords(region.p50Ms, region.p90Ms)}${region.rtoSeconds > 0 ? ` / ${durationText(region.rtoSeconds * 1000)}` : ''}`).join(' · ')}
      </p>
      <table className="mt-2 w-full border-collapse text-left text-[8.5pt] leading-snug">
        <thead>
          <tr>
            {(['number', 'step', 'after', 'executes'] as const).map((name) => (
              <th key={name} scope="col" className="border-b border-border-strong py-1 pr-3 align-bottom">{t(`printed.${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.steps.map((step, index) => (
            <tr key={step.key} className="break-inside-avoid align-top">
              <td className="border-b border-border py-1 pr-3">{index + 1}</td>
              <td className="border-b border-border py-1 pr-3 font-medium">
                {nameOf(step.key)}
                {step.repeatable ? null : <span className="block font-normal">{t('picture.careful')}</span>}
              </td>
              <td className="border-b border-border py-1 pr-3">
                {reasons.filter((reason) => reason.to === step.key).map((reason) => (
                  <p key={reason.from[0]}>
                    <span className="font-medium">{fromInWords(reason, nameOf, why)}:</span> {ended(inWords(reason.because))}
                  </p>
                ))}
              </td>
              <td className="border-b border-border py-1 font-mono text-[7.5pt] break-all whitespace-pre-wrap">{`${step.stepKind}\n${asYaml(step.params)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 font-mono text-[8.5pt] break-all">{t('hash')} {plan.hash}</p>
    </section>
  )
}
