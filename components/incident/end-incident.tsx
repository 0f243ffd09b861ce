'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { useCommand } from '#lib/client/act.ts'
import type { IncidentView } from '#lib/incidents/view.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { needsWord, whyNotClose, whyNotResolve } from './rules/rights.ts'

/** Resolves an incident, with a reason where nothing proves that it is over; or closes a resolved one. */
export function EndIncident({ incident, move }: { incident: IncidentView; move: 'resolve' | 'close' }) {
  const t = useTranslations(`incident.${move}`)
  const me = useMe()
  const say = useWhy()
  const resolve = useCommand('incident.resolve')
  const close = useCommand('incident.close')
  const [open, setOpen] = useState(false)
  const word = needsWord(incident)
  const done = {
    onSuccess: () => {
      setOpen(false)
      notify.ok(t('done'))
    },
  }
  const confirm = (reason: string): void => {
    if (move === 'close') close.mutate({ incidentId: incident.id, reason }, done)
    else resolve.mutate(reason ? { incidentId: incident.id, reason } : { incidentId: incident.id }, done)
  }
  return (
    <>
      <Button
        variant={incident.next.kind === 'resolve' || move === 'close' ? 'primary' : 'secondary'}
        disabledBecause={say(move === 'resolve' ? whyNotResolve(me, incident) : whyNotClose(me, incident))}
        onClick={() => setOpen(true)}
      >
        {t('button')}
      </Button>
      <ReasonDialog
        open={open}
        onOpenChange={setOpen}
        title={t('title', { number: incident.number })}
        effect={move === 'resolve' && word ? `${t('effect')} ${incident.resolvable.because}.` : t('effect')}
        label={t('reason')}
        confirm={t('button')}
        optional={move === 'resolve' && !word}
        busy={resolve.isPending || close.isPending}
        problem={(move === 'resolve' ? resolve.error : close.error)?.problem}
        onConfirm={confirm}
      />
    </>
  )
}
