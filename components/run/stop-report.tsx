'use client'

import { useTranslations } from 'use-intl'
import { useNamedSteps, useStepWords } from '#components/incident/use-step-words.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import type { CommandOutput } from '#lib/wiring.ts'
import { waysOnOf } from './rules/ways-on-of.ts'
import { WaysOn } from './ways-on.tsx'

const parts = ['done', 'stopping', 'indeterminate', 'notStarted'] as const

/** What a stop found: what is done, what is being stopped, what nobody knows, and what never began. */
export function StopReport({ report, run }: { report: CommandOutput<'run.stop'>; run: RunView }) {
  const t = useTranslations('run.stopReport')
  const words = useStepWords()
  const nameSteps = useNamedSteps(run)
  const steps = new Map(run.regions.flatMap((region) => region.steps).map((step) => [step.key, step]))
  const say = (key: string): string => {
    const step = steps.get(key)
    return step ? words(step) : key
  }
  return (
    <div role="status" className="rounded-md border border-degraded bg-degraded-soft px-4 py-3">
      <p className="font-semibold text-degraded-fg">{t('title')}</p>
      <dl className="mt-1 grid gap-x-4 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
        {parts.map((part) => (
          <div key={part} className="contents">
            <dt className="text-text-3">{t(part)}</dt>
            <dd className="text-text-2">{report[part].length === 0 ? t('none') : report[part].map(say).join('; ')}</dd>
          </div>
        ))}
      </dl>
      <WaysOn ways={waysOnOf(run)} nameSteps={nameSteps} />
    </div>
  )
}
