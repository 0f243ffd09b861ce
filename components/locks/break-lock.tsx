'use client'

import { useTranslations } from 'use-intl'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { notify } from '#components/ui/notify.ts'
import { useCommand } from '#lib/client/act.ts'
import type { LockView } from '#lib/state/view.ts'

/** Asks why a lock cannot wait, says what that does, and takes it away. */
export function BreakLock({ lock, onClose }: { lock: LockView; onClose: () => void }) {
  const t = useTranslations('locks')
  const take = useCommand('lock.break')
  const done = (): void => {
    onClose()
    notify.ok(t('broken', { name: lock.name }))
  }
  return (
    <ReasonDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('breakOne', { name: lock.name })}
      effect={t('effect', { reason: lock.reason })}
      label={t('why')}
      hint={t('hint')}
      confirm={t('break')}
      tone="danger"
      busy={take.isPending}
      problem={take.error?.problem}
      onConfirm={(reason) => take.mutate({ name: lock.name, reason }, { onSuccess: done })}
    />
  )
}
