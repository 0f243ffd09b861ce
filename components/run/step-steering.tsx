'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { useStepWords } from '#components/incident/use-step-words.ts'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { useCommand } from '#lib/client/act.ts'
import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { stepMoves, whyNotSteerStep } from './rules/rights.ts'
import type { StepMove } from './rules/rights.ts'

/** What can be done about a step that is stuck; each move says what it does before it is done. */
export function StepSteering({ run, step }: { run: RunView; step: StepView }) {
  const t = useTranslations('run.steer')
  const me = useMe()
  const say = useWhy()
  const words = useStepWords()
  const retry = useCommand('step.retry')
  const skip = useCommand('step.skip')
  const settle = useCommand('step.settle')
  const [move, setMove] = useState<StepMove | null>(null)
  const moves = stepMoves(run, step)
  if (moves.length === 0) return null
  const because = say(whyNotSteerStep(me, run))
  const done = {
    onSuccess: () => {
      setMove(null)
      notify.ok(t('done'))
    },
  }
  const confirm = (reason: string): void => {
    const about = { stepId: step.id, reason }
    if (move === 'retry') retry.mutate(about, done)
    else if (move === 'skip') skip.mutate(about, done)
    else if (move) settle.mutate({ ...about, happened: move === 'happened' }, done)
  }
  const used = move === 'retry' ? retry : move === 'skip' ? skip : settle
  return (
    <div className="mt-3 space-y-1.5">
      <div className="flex flex-wrap gap-2">
        {moves.map((one) => (
          <Button key={one} size="sm" onClick={() => !because && setMove(one)} aria-disabled={because ? true : undefined}>
            {t(`${one}.button`)}
          </Button>
        ))}
      </div>
      {because && <p className="text-xs text-text-3">{because}</p>}
      {move && (
        <ReasonDialog
          open
          onOpenChange={(open) => !open && setMove(null)}
          title={t(`${move}.title`, { step: words(step) })}
          effect={t(`${move}.effect`)}
          label={t(`${move}.reason`)}
          confirm={t(`${move}.button`)}
          tone={move === 'skip' ? 'danger' : 'primary'}
          busy={used.isPending}
          problem={used.error?.problem}
          onConfirm={confirm}
        />
      )}
    </div>
  )
}
