'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { useCommand } from '#lib/client/act.ts'

/** Whoever offered takes it back, whom it was offered to declines; both say why. */
export function EndOffer({ offerId, mine }: { offerId: string; mine: boolean }) {
  const t = useTranslations('handOver')
  const end = useCommand('seat.end-offer')
  const [asking, setAsking] = useState(false)
  const name = t(mine ? 'withdraw' : 'decline')
  return (
    <>
      <Button variant="secondary" onClick={() => setAsking(true)}>
        {name}
      </Button>
      <ReasonDialog
        open={asking}
        onOpenChange={setAsking}
        title={name}
        effect={t('endEffect')}
        label={t('endReason')}
        confirm={name}
        busy={end.isPending}
        problem={end.error?.problem}
        onConfirm={(reason) =>
          end.mutate(
            { offerId, reason },
            {
              onSuccess: () => {
                setAsking(false)
                notify.ok(t('ended'))
              },
            },
          )
        }
      />
    </>
  )
}
