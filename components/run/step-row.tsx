'use client'

import { useTranslations } from 'use-intl'
import { Elapsed } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Status } from '#components/ui/status.tsx'
import { durationText } from '#components/ui/time-text.ts'
import { asSentence, ended } from '#components/incident/rules/in-words.ts'
import { useNamedSteps, useStepWords } from '#components/incident/use-step-words.ts'
import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { LogTail } from './log-tail.tsx'
import { StepResult } from './step-result.tsx'
import { StepSteering } from './step-steering.tsx'
import { PersonStep } from './person-step.tsx'
import { stepTone } from './step-look.ts'

/** One step: what it does, where it stands, who does it, why it waits, and the end of its log. */
export function StepRow({ run, step, reasons, onLog, anchored = true }: { run: RunView; step: StepView; reasons: RunView['reasons']; onLog: () => void; anchored?: boolean }) {
  const t = useTranslations('run')
  const words = useStepWords()
  const nameSteps = useNamedSteps(run)
  const loud = step.status === 'leased' || step.status === 'failed' || step.status === 'indeterminate'
  const why = reasons.filter((reason) => reason.to === step.key)
  return (
    <div {...(anchored ? { id: `step-${step.id}` } : {})} className={`scroll-mt-20 px-4 py-3 target:bg-sunken ${loud ? '' : 'text-text-2'}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Status tone={stepTone[step.status]} size="sm" className="min-w-24">
          {step.cancelling ? t('stepStatus.cancelling') : t(`stepStatus.${step.status}`)}
        </Status>
        <span className={loud ? 'font-semibold' : 'font-medium text-text'}>{words(step)}</span>
        <span className="ml-auto flex items-center gap-3 text-[0.8125rem] text-text-3">
          {step.agent && <span>{t('byAgent', { agent: step.agent })}</span>}
          {step.attempt > 1 && <span className="text-degraded-fg">{t('attempt', { attempt: step.attempt })}</span>}
          {step.startedAt && (step.finishedAt ? <span className="min-w-12 text-right">{durationText(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}</span> : <Elapsed since={step.startedAt} className="min-w-12 text-right font-medium text-text" />)}
          {step.lines > 0 && (
            <Button variant="ghost" size="sm" className="-my-1 h-7" onClick={onLog} aria-label={`${t('log', { lines: step.lines })}: ${t('openLog', { step: words(step) })}`}>
              {t('log', { lines: step.lines })}
            </Button>
          )}
        </span>
      </div>
      {step.because && <p className={`mt-1 text-pretty ${loud ? 'text-text' : 'text-text-3'}`}>{asSentence(nameSteps(step.because))}</p>}
      {step.status === 'blocked' && why.length > 0 && (
        <ul className="mt-1 space-y-0.5 text-[0.8125rem] text-text-3">
          {why.map((reason) => (
            <li key={reason.from} className="text-pretty">
              {ended(nameSteps(reason.because))}
            </li>
          ))}
        </ul>
      )}
      {!step.repeatable && <p className="mt-1 text-[0.8125rem] text-degraded-fg">{t('notRepeatable')}</p>}
      {loud && step.tail.length > 0 && <LogTail lines={step.tail} label={t('tailOf', { step: words(step) })} />}
      {step.result && <StepResult result={step.result} />}
      <PersonStep run={run} step={step} />
      <StepSteering run={run} step={step} />
    </div>
  )
}
