'use client'

import { useTranslations } from 'use-intl'
import { Disclosure } from '#components/incident/disclosure.tsx'
import { Status } from '#components/ui/status.tsx'
import { durationText } from '#components/ui/time-text.ts'
import type { DryRunView } from '#lib/orchestration/view.ts'

type Step = DryRunView['steps'][number]

const box = 'mt-1 overflow-x-auto rounded-sm bg-sunken px-2.5 py-2 font-mono text-xs leading-5'

/** One step of a dry run: what, where, by whom; the rest one touch further. */
export function DryRunStep({ step, number }: { step: Step; number: number }) {
  const t = useTranslations('playbook.dryRun')
  const command = typeof step.params['command'] === 'string' ? step.params['command'] : null
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="w-6 text-right font-mono text-xs text-text-3">{number}</span>
        <code className="min-w-0 font-mono text-[0.8125rem] font-medium wrap-anywhere">{step.key}</code>
        <span className="text-text-2">{step.stepKind}</span>
        <span className="text-text-3">{step.region || t('center')}</span>
        {step.by === null ? null : step.by.length === 0 ? <Status tone="bad" size="sm">{t('nobody')}</Status> : <span className="text-text-3">{t('agents', { agents: step.by.join(', ') })}</span>}
      </div>
      <div className="mt-1 sm:pl-9">
        {Object.keys(step.params).length > 0 ? <pre tabIndex={0} aria-label={`${step.key}: ${t('params')}`} role="group" className={box}>{command ?? JSON.stringify(step.params, null, 2)}</pre> : null}
        <p className="mt-1.5 text-[0.8125rem] text-text-3">
          {t('times', { timeout: durationText(step.timeoutMs) })} · {step.retry.times > 0 ? t('retried', { times: step.retry.times, backoff: durationText(step.retry.backoffMs) }) : t('once')}{step.repeatable ? ` · ${t('repeatable')}` : ''}
        </p>
        <Disclosure summary={step.after.length === 0 ? t('first') : t('after')}>
          <ul className="space-y-1 text-[0.8125rem]">{step.after.map(({ from, because }) => <li key={from}><code className="font-mono text-xs">{from}</code> <span className="text-text-2">{because}</span></li>)}</ul>
          {step.check ? <Action title={t('check')} action={step.check} /> : null}
          {step.compensate ? <Action title={t('compensate')} action={step.compensate} /> : null}
        </Disclosure>
      </div>
    </li>
  )
}

function Action({ title, action }: { title: string; action: { kind: string; params: Record<string, unknown> } }) {
  return (
    <div className="mt-2">
      <h4 className="eyebrow">{title}</h4>
      <pre tabIndex={0} role="group" aria-label={title} className={box}>{action.kind} {JSON.stringify(action.params, null, 2)}</pre>
    </div>
  )
}
