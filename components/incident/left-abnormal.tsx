'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { Age, Countdown } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import { useNow } from '#components/ui/use-now.ts'
import { useCommand } from '#lib/client/act.ts'
import type { ExceptionView } from '#lib/incidents/view.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** How long somebody who takes it has before it is overdue. */
const takenForHours = 24

/** What this incident's runs have left abnormal: whose it is, until when, what puts it right, and who has done so. */
export function LeftAbnormal({ exceptions }: { exceptions: readonly ExceptionView[] }) {
  const t = useTranslations('incident.left')
  const open = exceptions.filter((one) => !one.cleared).length
  return (
    <Card title={t('title')} aside={open > 0 ? t('open', { count: open }) : t('allRight')} {...(open > 0 ? { tone: 'degraded' as const } : {})}>
      <ul className="divide-y divide-border">
        {exceptions.map((exception) => (
          <li key={exception.id} data-row className="py-3 first:pt-0 last:pb-0">
            {exception.cleared ? <Cleared what={exception.what} cleared={exception.cleared} /> : <Open exception={exception} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Cleared({ what, cleared }: { what: string; cleared: NonNullable<ExceptionView['cleared']> }) {
  const t = useTranslations('incident.left')
  return (
    <div className="flex items-start gap-2.5 text-text-2">
      <StatusMark tone="good" className="mt-0.5" />
      <div className="min-w-0">
        <p className="break-words line-through decoration-text-3">{what}</p>
        <p className="text-[0.8125rem] text-pretty">{t('cleared', { by: cleared.by, how: cleared.how })} <Age at={cleared.at} className="text-text-3" /></p>
      </div>
    </div>
  )
}

function Open({ exception }: { exception: ExceptionView }) {
  const t = useTranslations('incident.left')
  const me = useMe()
  const say = useWhy()
  const assign = useCommand('exception.assign')
  const clear = useCommand('exception.clear')
  const [asking, setAsking] = useState(false)
  const { id, what, undo, owner } = exception
  const refused = say(whyNot(me, 'incident.change'))
  const take = (): void => {
    if (me) assign.mutate({ exceptionId: id, ownerId: me.id, expiresAt: new Date(Date.now() + takenForHours * 3_600_000).toISOString() }, { onSuccess: () => notify.ok(t('taken')) })
  }
  const right = (how: string): void => clear.mutate({ exceptionId: id, how }, { onSuccess: () => notify.ok(t('done')) })
  return (
    <div className="flex items-start gap-2.5">
      <Mark exception={exception} />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{what}</p>
        <p className="mt-0.5 text-pretty text-text-2"><span className="text-text-3">{t('undo')}</span> {undo}</p>
        <p className="mt-1 flex flex-wrap gap-x-3 text-[0.8125rem] text-text-2">
          {owner ? <span>{t('owner', { name: owner.name })}</span> : <span className="font-medium text-bad-fg">{t('nobody')}</span>}
          <Until exception={exception} />
        </p>
        <div className="mt-2 flex flex-wrap gap-2">
          {me && owner?.id !== me.id ? <Button size="sm" busy={assign.isPending} disabledBecause={refused} onClick={take}>{t('take')}</Button> : null}
          <Button size="sm" disabledBecause={refused} onClick={() => setAsking(true)}>{t('clear')}</Button>
        </div>
        {assign.error ? <div className="mt-2"><ProblemNote problem={assign.error.problem} /></div> : null}
        <ReasonDialog open={asking} onOpenChange={setAsking} title={t('clearTitle')} effect={`${what}. ${t('clearEffect')}`} label={t('how')} confirm={t('clear')} busy={clear.isPending} problem={clear.error?.problem} onConfirm={right} />
      </div>
    </div>
  )
}

const isOverdue = (exception: ExceptionView, now: number | null): boolean => now !== null && Date.parse(exception.expiresAt) <= now

function Mark({ exception }: { exception: ExceptionView }) {
  return <StatusMark tone={isOverdue(exception, useNow(1_000)) ? 'bad' : 'degraded'} className="mt-0.5" />
}

/** How long it may stay as it is, or since when it should be no longer. */
export function Until({ exception }: { exception: ExceptionView }) {
  const t = useTranslations('incident.left')
  const overdue = isOverdue(exception, useNow(1_000))
  return overdue ? <span className="font-medium text-bad-fg">{t('overdue')} <Age at={exception.expiresAt} /></span> : <span>{t('for')} <Countdown until={exception.expiresAt} className="font-mono" /></span>
}
