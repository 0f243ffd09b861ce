'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { Status } from '#components/ui/status.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { whyNotSteer } from './rules/rights.ts'

/** A step that waits for somebody's word: to say that it is done, or to agree that the run goes on. */
export function PersonStep({ run, step }: { run: RunView; step: StepView }) {
  const waits = step.status === 'ready' && (run.status === 'running' || run.status === 'paused')
  if (!waits || (step.stepKind !== 'manual' && step.stepKind !== 'approve')) return null
  return <Asked run={run} step={step} kind={step.stepKind} />
}

function Asked({ run, step, kind }: { run: RunView; step: StepView; kind: 'manual' | 'approve' }) {
  const t = useTranslations('run.person')
  const me = useMe()
  const say = useWhy()
  const confirm = useCommand('step.confirm')
  const approve = useCommand('step.approve')
  const [open, setOpen] = useState(false)
  const used = kind === 'manual' ? confirm : approve
  const because = say(kind === 'manual' ? whyNotSteer(me, run) : whyNot(me, 'approval.vote'))
  const send = (word: string): void => {
    const done = {
      onSuccess: () => {
        setOpen(false)
        notify.ok(t(`${kind}.done`))
      },
    }
    if (kind === 'manual') confirm.mutate({ stepId: step.id, word }, done)
    else approve.mutate({ stepId: step.id, word }, done)
  }
  return (
    <div className="mt-3 flex flex-wrap items-start gap-3">
      <Status tone="degraded" size="sm" className="mt-1.5">
        {t('waits')}
      </Status>
      <Button size="sm" variant="primary" disabledBecause={because} onClick={() => setOpen(true)}>
        {t(`${kind}.button`)}
      </Button>
      {open && (
        <ReasonDialog open onOpenChange={setOpen} title={t(`${kind}.title`)} effect={t(`${kind}.effect`)} label={t(`${kind}.word`)} confirm={t(`${kind}.button`)} busy={used.isPending} problem={used.error?.problem} onConfirm={send} />
      )}
    </div>
  )
}
