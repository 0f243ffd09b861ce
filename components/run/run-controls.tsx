'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { Input } from '#components/ui/field.tsx'
import { HoldButton } from '#components/ui/hold-button.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import { whyNotSteer } from './rules/rights.ts'
import { StopReport } from './stop-report.tsx'

/** Stop everything, for any responder; pause, resume and abort for the seat. */
export function RunControls({ run }: { run: RunView }) {
  const t = useTranslations('run.controls')
  const me = useMe()
  const say = useWhy()
  const stop = useCommand('run.stop')
  const pause = useCommand('run.pause')
  const resume = useCommand('run.resume')
  const abort = useCommand('run.abort')
  const [dialog, setDialog] = useState<'pause' | 'abort' | null>(null)
  const [why, setWhy] = useState('')
  const live = run.status === 'running' || run.status === 'paused'
  const steer = say(whyNotSteer(me, run))
  if (!live) return stop.data ? <StopReport report={stop.data} run={run} /> : null
  const done = (text: string) => ({
    onSuccess: () => {
      setDialog(null)
      notify.ok(text)
    },
  })
  const used = dialog === 'pause' ? pause : abort
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-start gap-2">
        {/* Stopping is safe and may be urgent: held, and at once; the reason is welcome but not waited for. */}
        <HoldButton
          tone="danger"
          size="lg"
          holdMs={600}
          busy={stop.isPending}
          disabledBecause={say(whyNot(me, 'run.stop'))}
          onConfirm={() => stop.mutate({ runId: run.id, reason: why.trim().length >= 3 ? why.trim() : t('noReason') }, done(t('stopped')))}
        >
          {t('stop')}
        </HoldButton>
        <Input aria-label={t('stopReason')} placeholder={t('stopReason')} value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} className="h-12 min-w-0 flex-1 basis-52 sm:max-w-72" />
        {run.status === 'running' ? (
          <Button size="lg" disabledBecause={steer} onClick={() => setDialog('pause')}>
            {t('pause')}
          </Button>
        ) : (
          <Button size="lg" variant="primary" busy={resume.isPending} disabledBecause={steer} onClick={() => resume.mutate({ runId: run.id }, done(t('resumed')))}>
            {t('resume')}
          </Button>
        )}
        {!steer && (
          <Button size="lg" variant="ghost" onClick={() => setDialog('abort')}>
            {t('abort')}
          </Button>
        )}
      </div>
      <p className="text-xs text-text-3">{t('stopMeans')}</p>
      {stop.error && <ProblemNote problem={stop.error.problem} />}
      {resume.error && <ProblemNote problem={resume.error.problem} />}
      {stop.data && run.status === 'paused' && <StopReport report={stop.data} run={run} />}
      {dialog && (
        <ReasonDialog
          open
          onOpenChange={(open) => !open && setDialog(null)}
          title={t(`${dialog}Title`)}
          effect={t(`${dialog}Effect`)}
          label={t('reason')}
          confirm={t(dialog)}
          tone={dialog === 'pause' ? 'primary' : 'danger'}
          busy={used.isPending}
          problem={used.error?.problem}
          onConfirm={(reason) => {
            const about = { runId: run.id, reason }
            if (dialog === 'pause') pause.mutate(about, done(t('paused')))
            else abort.mutate(about, done(t('aborted')))
          }}
        />
      )}
    </div>
  )
}
