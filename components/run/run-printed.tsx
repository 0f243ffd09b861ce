'use client'

import { useTranslations } from 'use-intl'
import { asSentence, ended } from '#components/incident/rules/in-words.ts'
import { sinceStart } from '#components/plan/rules/since-start.ts'
import { usePlanWords } from '#components/plan/use-plan-words.ts'
import { durationText } from '#components/ui/time-text.ts'
import { usePrinting } from '#components/ui/use-printing.ts'
import type { RunView } from '#lib/orchestration/view.ts'

/** On paper: every step of every region with its state, when and how long, and why; then the hash it ran under. */
export function RunPrinted({ run }: { run: RunView }) {
  return usePrinting() ? <Printed run={run} /> : null
}

function Printed({ run }: { run: RunView }) {
  const t = useTranslations('run')
  const steps = run.regions.flatMap((region) => region.steps)
  const { nameOf, inWords } = usePlanWords(steps)
  const origin = Date.parse(run.startedAt ?? '')
  return (
    <section className="hidden print:block">
      <table className="w-full border-collapse text-left text-[8.5pt] leading-snug">
        <thead>
          <tr>
            {(['step', 'state', 'begun', 'took', 'why'] as const).map((name) => (
              <th key={name} scope="col" className="border-b border-border-strong py-1 pr-3">{t(`printed.${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.id} className="align-top">
              <td className="border-b border-border py-1 pr-3 font-medium">{nameOf(step.key)}</td>
              <td className="border-b border-border py-1 pr-3 whitespace-nowrap">{t(`stepStatus.${step.status}`)}</td>
              <td className="border-b border-border py-1 pr-3 whitespace-nowrap">{step.startedAt && sinceStart(Date.parse(step.startedAt) - origin)}</td>
              <td className="border-b border-border py-1 pr-3 whitespace-nowrap">{step.startedAt && step.finishedAt && durationText(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}</td>
              <td className="border-b border-border py-1">
                {[...(step.because ? [asSentence(inWords(step.because))] : []), ...new Set(run.reasons.filter((reason) => reason.to === step.key).map((reason) => ended(inWords(reason.because))))].map((line) => (
                  <p key={line}>{line}</p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 font-mono text-[8.5pt] break-all">{t('facts.plan')} {run.planHash}</p>
    </section>
  )
}
