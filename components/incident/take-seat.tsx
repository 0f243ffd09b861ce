'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNotTake } from '#components/incident/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import type { ButtonSize, ButtonVariant } from '#components/ui/button.tsx'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { useCommand } from '#lib/client/act.ts'
import type { SeatView } from '#lib/governance/view.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Takes an empty seat at once; from somebody who holds it only with a reason. Leaves it again. */
export function TakeSeat({ incidentId, seat, variant = 'secondary', size = 'sm', className }: { incidentId: string; seat: SeatView; variant?: ButtonVariant; size?: ButtonSize; className?: string }) {
  const t = useTranslations('incident.seat')
  const me = useMe()
  const say = useWhy()
  const take = useCommand('seat.take')
  const leave = useCommand('seat.leave')
  const [asking, setAsking] = useState(false)
  const failed = { onError: (error: { problem: Parameters<typeof notify.problem>[0] }) => notify.problem(error.problem) }
  if (me && seat.holder?.id === me.id) {
    return (
      <Button variant="ghost" size={size} busy={leave.isPending} onClick={() => leave.mutate({ incidentId }, { ...failed, onSuccess: () => notify.ok(t('left')) })}>
        {t('leave')}
      </Button>
    )
  }
  if (!seat.holder) {
    return (
      <Button
        variant={variant}
        size={size}
        className={className}
        busy={take.isPending}
        disabledBecause={say(whyNotTake(me))}
        onClick={() => take.mutate({ incidentId, term: seat.term }, { ...failed, onSuccess: () => notify.ok(t('taken')) })}
      >
        {t('take')}
      </Button>
    )
  }
  if (whyNotTake(me)) return null
  return (
    <>
      <Button variant="ghost" size={size} onClick={() => setAsking(true)}>
        {t('takeOver')}
      </Button>
      <ReasonDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('takeOverTitle', { name: seat.holder.name })}
        effect={t('takeOverEffect', { name: seat.holder.name })}
        label={t('takeOverReason')}
        confirm={t('takeOver')}
        busy={take.isPending}
        problem={take.error?.problem}
        onConfirm={(reason) =>
          take.mutate(
            { incidentId, term: seat.term, reason },
            {
              onSuccess: () => {
                setAsking(false)
                notify.ok(t('taken'))
              },
            },
          )
        }
      />
    </>
  )
}
