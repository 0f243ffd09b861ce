'use client'

import { useTranslations } from 'use-intl'
import { Dialog } from '#components/ui/dialog.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useStepWords } from '#components/incident/use-step-words.ts'
import { useLive } from '#lib/client/live.tsx'
import type { StepView } from '#lib/orchestration/view.ts'
import { LogTail } from './log-tail.tsx'

/** The whole log of a step, over all its attempts, as it grows. */
export function StepLogDialog({ step, onClose }: { step: StepView; onClose: () => void }) {
  const t = useTranslations('run')
  const words = useStepWords()
  const log = useLive('step.log', { stepId: step.id })
  const lines = log.data?.lines
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={words(step)} description={t('logMeans')} size="xl">
      {log.problem && <ProblemNote problem={log.problem} />}
      {!lines && !log.problem && <Skeleton className="h-40" />}
      {lines && <LogTail lines={lines} label={t('tailOf', { step: words(step) })} tall />}
    </Dialog>
  )
}
