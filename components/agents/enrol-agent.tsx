'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Button } from '#components/ui/button.tsx'
import { Copy } from '#components/ui/copy.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Select } from '#components/ui/field.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Time } from '#components/ui/time.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'

/** Makes the token with which one agent may enrol, and shows it this once. */
export function EnrolAgent({ onClose }: { onClose: () => void }) {
  const t = useTranslations('agents.form')
  const whyNot = useWhyNot()
  const { data: fleet } = useLive('fleet.view', {})
  const create = useCommand('enrolment.create')
  const [chosen, setChosen] = useState({ environment: '', region: '' })
  const environments = [...new Set(fleet?.services.flatMap((service) => service.targets.map((target) => target.environment)) ?? [])]
  const regions = fleet?.regions.map((region) => region.name) ?? []
  const environment = chosen.environment || (environments[0] ?? '')
  const region = chosen.region || (regions[0] ?? '')
  const made = create.data
  const refused = whyNot('agent.enrol') ?? (fleet && environments.length === 0 ? t('nothing') : undefined)
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('title')}
      description={t('description')}
      footer={made ? <Button variant="primary" onClick={onClose}>{t('close')}</Button> : <Button variant="primary" busy={create.isPending} disabledBecause={refused} onClick={() => create.mutate({ environment, region })}>{t('make')}</Button>}
    >
      {made ? (
        <div className="flex flex-col gap-4">
          <div role="status">
            <p className="eyebrow">{t('token')}</p>
            <Copy text={made.token} className="w-full rounded-md bg-sunken px-3 py-2" />
            <p className="mt-1 text-text-2">{t('once')} <Time at={made.expiresAt} />.</p>
          </div>
          <div>
            <p className="eyebrow">{t('how')}</p>
            <Copy text={`KNOWNGOOD_ENROLMENT_TOKEN=${made.token} node agent/main.ts --config agent.yaml`} label="KNOWNGOOD_ENROLMENT_TOKEN=… node agent/main.ts --config agent.yaml" className="w-full rounded-md bg-sunken px-3 py-2" />
          </div>
        </div>
      ) : (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('environment')}><Select value={environment} onChange={(event) => setChosen({ ...chosen, environment: event.target.value })}>{environments.map((name) => <option key={name}>{name}</option>)}</Select></Field>
          <Field label={t('region')}><Select value={region} onChange={(event) => setChosen({ ...chosen, region: event.target.value })}>{regions.map((name) => <option key={name}>{name}</option>)}</Select></Field>
          <div className="sm:col-span-2"><ProblemNote problem={create.error?.problem} /></div>
        </div>
      )}
    </Dialog>
  )
}
