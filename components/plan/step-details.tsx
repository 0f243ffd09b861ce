'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { ended } from '#components/incident/rules/in-words.ts'
import { Status } from '#components/ui/status.tsx'
import { durationText } from '#components/ui/time-text.ts'
import type { Action } from '#lib/orchestration/model.ts'
import type { PlanStepView, PlanView } from '#lib/orchestration/view.ts'
import { asYaml } from './rules/as-yaml.ts'
import type { Reason } from './rules/tell-reasons.ts'

export interface StepDetailsProps {
  step: PlanStepView
  plan: Pick<PlanView, 'forecast' | 'groups'>
  reasons: readonly Reason[]
  nameOf: (key: string) => string
  inWords: (sentence: string) => string
  onChoose?: ((key: string) => void) | undefined
}

/** One step in full: what exactly would be executed, and its reasons both ways. */
export function StepDetails({ step, plan, reasons, nameOf, inWords, onChoose }: StepDetailsProps) {
  const t = useTranslations('plan.step')
  const when = plan.forecast.steps.find((one) => one.key === step.key)
  const group = plan.groups.find((one) => one.key === step.group)
  return (
    <div className="space-y-4 text-[0.8125rem]">
      <div className="space-y-1.5">
        {when && <p className="text-text-2">{t('when', { from: durationText(when.startMs), to: durationText(when.endMs) })}</p>}
        {!step.region && <p className="text-text-2">{t('byCenter')}.</p>}
        {group && <p className="text-text-2 text-pretty">{t('group', { because: ended(group.because) })}</p>}
      </div>
      <Part label={t('exactly')}>
        <Executed action={{ kind: step.stepKind, params: step.params }} />
      </Part>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Fact label={t('timeout')}>{durationText(step.timeoutMs)}</Fact>
        <Fact label={t('retry')}>{step.retry.times === 0 ? t('never') : t('retryTimes', { times: step.retry.times, first: durationText(step.retry.backoffMs), most: durationText(step.retry.maxBackoffMs) })}</Fact>
        <Fact label={t('repeatable')}>{step.repeatable ? t('yes') : <Status tone="degraded" size="sm" className="whitespace-normal">{t('no')}</Status>}</Fact>
      </dl>
      <Part label={t('check')}>{step.check ? <Executed action={step.check} /> : <p className="text-text-3">{t('nothing')}</p>}</Part>
      <Part label={t('compensate')}>{step.compensate ? <Executed action={step.compensate} /> : <p className="text-text-3">{t('nothing')}</p>}</Part>
      <Ties label={t('waitsFor')} none={t('waitsForNothing')} ties={reasons.filter((reason) => reason.to === step.key).flatMap((reason) => reason.from.map((key) => ({ key, because: reason.from.length > 1 ? null : reason.because, all: reason })))} nameOf={nameOf} inWords={inWords} onChoose={onChoose} />
      <Ties label={t('awaitedBy')} none={t('awaitedByNothing')} ties={reasons.filter((reason) => reason.from.includes(step.key)).map((reason) => ({ key: reason.to, because: reason.because, all: reason }))} nameOf={nameOf} inWords={inWords} onChoose={onChoose} />
    </div>
  )
}

/** An action as it would be handed to whoever does it. */
function Executed({ action: { kind, params } }: { action: Action }) {
  const t = useTranslations('plan.step')
  return (
    <pre tabIndex={0} role="region" aria-label={t('exactly')} className="max-h-72 overflow-auto rounded-sm border border-border bg-sunken px-3 py-2 font-mono text-xs leading-5 whitespace-pre text-text-2">
      <span className="font-semibold text-text">{kind}</span>
      {'\n'}
      {asYaml(params, '  ')}
    </pre>
  )
}

interface Tie {
  key: string
  because: string | null
  all: Reason
}

/** More of one kind than this are counted, not listed: they are in the list of all reasons. */
const mostTies = 12

function Ties({ label, none, ties, nameOf, inWords, onChoose }: { label: string; none: string; ties: readonly Tie[]; nameOf: (key: string) => string; inWords: (sentence: string) => string; onChoose?: ((key: string) => void) | undefined }) {
  const t = useTranslations('plan.why')
  return (
    <Part label={`${label}${ties.length > 1 ? ` (${ties.length})` : ''}`}>
      {ties.length === 0 && <p className="text-text-3">{none}</p>}
      <ul className="space-y-1.5">
        {ties.slice(0, mostTies).map(({ key, because, all }) => (
          <li key={`${all.to} ${key}`}>
            {onChoose ? (
              <button type="button" onClick={() => onChoose(key)} className="text-left font-medium underline decoration-border-strong underline-offset-2 hover:decoration-text">
                {nameOf(key)}
              </button>
            ) : (
              <span className="font-medium">{nameOf(key)}</span>
            )}
            {because !== null && <span className="block text-text-3 text-pretty">{ended(inWords(because))}</span>}
          </li>
        ))}
      </ul>
      {ties.length > mostTies && <p className="mt-1 text-text-3">{t('more', { count: ties.length - mostTies })}</p>}
    </Part>
  )
}

const Part = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <h4 className="eyebrow mb-1">{label}</h4>
    {children}
  </div>
)

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <>
    <dt className="text-text-3">{label}</dt>
    <dd className="min-w-0">{children}</dd>
  </>
)
