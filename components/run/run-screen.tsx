'use client'

import { Printer } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { runTone } from '#components/incident/look.ts'
import { asSentence } from '#components/incident/rules/in-words.ts'
import { useNamedSteps } from '#components/incident/use-step-words.ts'
import { ValidationPanel } from '#components/incident/validation-panel.tsx'
import { LongList } from '#components/plan/long-list.tsx'
import { laneOfRegion } from '#components/plan/rules/picture-of-run.ts'
import { DrillFrame } from '#components/shell/drill-frame.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Status, StatusMark } from '#components/ui/status.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { RunChart } from './run-chart.tsx'
import { RunControls } from './run-controls.tsx'
import { RunFacts } from './run-facts.tsx'
import { RunPrinted } from './run-printed.tsx'
import { StepLogDialog } from './step-log-dialog.tsx'
import { StepRow } from './step-row.tsx'

/** Where the run is, what is stuck, and what can be done about it. */
export function RunScreen({ runId, initial }: { runId: string; initial?: { data: RunView; version: string } | undefined }) {
  const t = useTranslations('run')
  const live = useLive('run.view', { runId }, initial)
  const [logOf, setLogOf] = useState<string | null>(null)
  const run = live.data
  const nameSteps = useNamedSteps(run)
  if (!run) return live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-96" />
  const stepsOf = (region: string): string => (region === '' ? t('stepsOfCenter') : t('stepsOf', { region }))
  const shown: StepView | undefined = run.regions.flatMap((region) => region.steps).find((step) => step.id === logOf)
  return (
    <>
      <DrillFrame kind={run.kind} />
      <PageHeader
        live={live}
        actions={
          <Button size="sm" className="print:hidden" onClick={() => window.print()}>
            <Printer aria-hidden />
            {t('print')}
          </Button>
        }
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {run.sentence}
            <Status tone={runTone[run.status]}>{t(`status.${run.status}`)}</Status>
          </span>
        }
      >
        {t(run.purpose === 'rollback' ? 'rollback' : 'deployment')} · {run.environment}
        {run.incident && (
          <>
            {' · '}
            <Link href={`/incidents/${run.incident.number}`} className="underline underline-offset-2">
              INC-{run.incident.number} {run.incident.title}
            </Link>
          </>
        )}
      </PageHeader>
      <div className="space-y-5">
        {run.because && (
          <p className={`rounded-md border-l-4 px-4 py-3 text-base text-pretty ${run.status === 'failed' ? 'border-bad bg-bad-soft' : run.status === 'paused' || run.status === 'aborted' ? 'border-degraded bg-degraded-soft' : 'border-border bg-sunken'}`}>
            {asSentence(nameSteps(run.because))}
          </p>
        )}
        {run.live?.alarm && (
          <p role="alert" className="flex items-start gap-2 rounded-md border-l-4 border-bad bg-bad-soft px-4 py-3 text-base font-medium text-bad-fg text-pretty">
            <StatusMark tone="bad" className="mt-1" />
            {asSentence(run.live.alarm)}
          </p>
        )}
        <div className="print:hidden">
          <RunControls run={run} />
        </div>
        <Card>
          <RunFacts run={run} />
        </Card>
        <Card title={t('chart.title')} aside={t('chart.legend')} className="print:hidden">
          <RunChart run={run} onLog={setLogOf} />
        </Card>
        {run.purpose === 'rollback' && run.status === 'succeeded' && !run.validation && <p className="text-text-2">{t('notMeasured')}</p>}
        {run.validation && <ValidationPanel validation={run.validation} />}
        <RunPrinted run={run} />
        <div className="grid items-start gap-5 xl:grid-cols-2 print:hidden">
          {run.regions.map((region) => (
            <Card key={region.name} title={stepsOf(laneOfRegion(region))} aside={t('doneOf', { done: region.steps.filter(isDone).length, total: region.steps.length })} bodyClassName="px-0 pb-0">
              <LongList
                label={stepsOf(laneOfRegion(region))} className="divide-y divide-border border-t border-border" count={region.steps.length} estimate={56} keyOf={(index) => region.steps[index]?.id ?? ''}
                row={(index) => {
                  const step = region.steps[index]
                  return step && <StepRow run={run} step={step} reasons={run.reasons} onLog={() => setLogOf(step.id)} />
                }}
              />
            </Card>
          ))}
        </div>
      </div>
      {shown && <StepLogDialog step={shown} onClose={() => setLogOf(null)} />}
    </>
  )
}

const isDone = (step: StepView): boolean => step.status === 'succeeded' || step.status === 'skipped'
