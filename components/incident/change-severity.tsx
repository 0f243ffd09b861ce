'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { Severity } from '#components/ui/severity.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { IncidentView, Severity as Level } from '#lib/incidents/view.ts'
import { ReasonDialog } from './reason-dialog.tsx'

const levels = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'] as const satisfies readonly Level[]

/** Says again how bad it is, with a reason. */
export function ChangeSeverity({ incident }: { incident: IncidentView }) {
  const t = useTranslations('incident.severity')
  const me = useMe()
  const classify = useCommand('incident.classify')
  const [open, setOpen] = useState(false)
  const [level, setLevel] = useState<Level>(incident.severity)
  if (incident.status === 'closed' || whyNot(me, 'incident.change')) return null
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        onClick={() => {
          setLevel(incident.severity)
          setOpen(true)
        }}
      >
        {t('change')}
      </Button>
      <ReasonDialog
        open={open}
        onOpenChange={setOpen}
        title={t('title')}
        effect={t('effect')}
        label={t('reason')}
        confirm={t('confirm', { level })}
        busy={classify.isPending}
        problem={classify.error?.problem}
        onConfirm={(reason) =>
          classify.mutate(
            { incidentId: incident.id, severity: level, reason },
            {
              onSuccess: () => {
                setOpen(false)
                notify.ok(t('done'))
              },
            },
          )
        }
      >
        <fieldset className="divide-y divide-border rounded-md border border-border">
          <legend className="sr-only">{t('title')}</legend>
          {levels.map((one) => (
            <label key={one} className="flex min-h-11 cursor-pointer items-center gap-3 px-3 py-1.5 has-checked:bg-sunken">
              <input type="radio" name="severity" value={one} checked={level === one} onChange={() => setLevel(one)} className="size-4 accent-(--accent)" />
              <Severity level={one} />
              <span className="text-text-2">{t(`means.${one}`)}</span>
            </label>
          ))}
        </fieldset>
      </ReasonDialog>
    </>
  )
}
