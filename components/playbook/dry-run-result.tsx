'use client'

import { useTranslations } from 'use-intl'
import { Status } from '#components/ui/status.tsx'
import type { DryRunView } from '#lib/orchestration/view.ts'
import { DryRunStep } from './dry-run-step.tsx'

/** What would be done, read from top to bottom: step by step, then what is left out, left behind and said to those who vote. */
export function DryRunResult({ view }: { view: DryRunView }) {
  const t = useTranslations('playbook.dryRun')
  if (!view.ok) {
    return (
      <div className="rounded-md border border-border bg-sunken px-4 py-3">
        <Status tone="unknown" size="sm">{t('none')}</Status>
        <p className="mt-2 text-pretty">{view.because}</p>
      </div>
    )
  }
  return (
    <div className="space-y-5">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{t('steps', { count: view.steps.length })}</span>
        {view.proof ? <Status size="sm" tone={view.proof.holds ? 'good' : 'bad'}>{view.proof.holds ? t('proven') : t('unproven')}</Status> : null}
        {view.reversible ? <Status size="sm" tone={view.reversible.yes ? 'good' : 'degraded'}>{view.reversible.yes ? t('reversible') : t('irreversible')}</Status> : null}
        {view.reversible && !view.reversible.yes ? <span className="text-text-2">{view.reversible.because}</span> : null}
      </p>
      {view.proof && !view.proof.holds ? <p className="text-bad-fg">{view.proof.because}</p> : null}
      <ol className="divide-y divide-border rounded-md border border-border">{view.steps.map((step, at) => <DryRunStep key={step.key} step={step} number={at + 1} />)}</ol>
      <Told title={t('leftOut')} lines={view.leftOut.map(({ step, region, because }) => `${step}${region ? ` (${region})` : ''}: ${because}`)} />
      <Told title={t('leaves')} lines={view.leaves.map(({ what, undo }) => `${what}; ${t('undo', { undo })}`)} />
      <Told title={t('notes')} lines={view.notes} />
      {view.locks.length > 0 ? <p className="font-mono text-xs wrap-anywhere text-text-3">{t('locks', { locks: view.locks.join(', ') })}</p> : null}
    </div>
  )
}

function Told({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <section>
      <h3 className="eyebrow">{title}</h3>
      <ul className="mt-1 list-disc space-y-0.5 pl-4 wrap-anywhere">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
    </section>
  )
}
