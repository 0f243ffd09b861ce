'use client'

import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import type { FormEvent } from 'react'
import { useTranslations } from 'use-intl'
import { TargetChoices } from '#components/releases/target-choices.tsx'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Select, Textarea } from '#components/ui/field.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import type { TargetView } from '#lib/catalog/view.ts'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import type { Severity } from '#lib/incidents/view.ts'
import { suspect } from './cell-facts.ts'

const severities: readonly Severity[] = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5']

/** Asks for a plan back, in the incident that is open for this service or in a new one, and goes there. */
export function AskRollback({ target, onClose }: { target: TargetView; onClose: () => void }) {
  const t = useTranslations('fleet.rollback')
  const level = useTranslations('situation.form.severities')
  const formId = useId()
  const router = useRouter()
  const whyNot = useWhyNot()
  const { data: situation } = useLive('situation.view', {})
  const declare = useCommand('incident.declare')
  const propose = useCommand('plan.propose')
  const [reason, setReason] = useState('')
  const [severity, setSeverity] = useState<Severity>('SEV2')
  const [where, setWhere] = useState<'everywhere' | 'only'>('everywhere')
  const [tried, setTried] = useState(false)

  const { service, environment, region } = target
  const version = suspect(target)
  const back = target.lastKnownGood?.version ?? ''
  const open = situation?.incidents.find((incident) => ['open', 'mitigating', 'monitoring'].includes(incident.status) && incident.environment === environment && incident.services.includes(service))
  const refused = whyNot('plan.propose') ?? (open ? undefined : whyNot('incident.declare'))
  const busy = declare.isPending || propose.isPending

  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (reason.trim().length < 3 || refused || busy) return
    const title = version ? t('incidentTitle', { service, version, environment }) : t('incidentTitleNoVersion', { service, environment })
    const incident = open ? { incidentId: open.id, number: open.number } : await declare.mutateAsync({ title, severity, environment, services: [service], ...(version ? { releaseVersion: version } : {}) })
    const plan = await propose.mutateAsync({ incidentId: incident.incidentId, environment, services: [service], ...(where === 'only' ? { regions: [region] } : {}), reason: reason.trim() })
    notify.ok(plan.planId ? t('asked') : t('noPlan', { because: plan.because ?? '' }))
    router.push(`/incidents/${incident.number}`)
  }

  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={t('title', { service })}
      description={open ? t('descriptionJoin', { version: back, number: open.number }) : t('description', { version: back })}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={busy} disabledBecause={refused}>{t('submit')}</Button>
        </>
      }
    >
      {/* What went wrong is shown below by the mutations themselves. */}
      <form id={formId} onSubmit={(event) => void send(event).catch(() => undefined)} noValidate className="flex flex-col gap-4">
        <ProblemNote problem={(declare.error ?? propose.error)?.problem} />
        <Field label={t('why')} hint={t('whyHint')} error={tried && reason.trim().length < 3 ? t('noWhy') : null}>
          <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} autoFocus />
        </Field>
        <section aria-label={t('choices')} className="rounded-md border border-border bg-sunken px-3 py-2.5">
          <h3 className="eyebrow mb-1.5">{t('choices')}</h3>
          <TargetChoices service={service} environment={environment} suspectId={null} />
        </section>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('where')}>
            <Select value={where} onChange={(event) => setWhere(event.target.value as typeof where)}>
              <option value="everywhere">{t('everywhere', { version: version ?? service })}</option>
              <option value="only">{t('only', { region })}</option>
            </Select>
          </Field>
          {open ? null : (
            <Field label={t('severity')}>
              <Select value={severity} onChange={(event) => setSeverity(event.target.value as Severity)}>{severities.map((one) => <option key={one} value={one}>{level(one)}</option>)}</Select>
            </Field>
          )}
        </div>
      </form>
    </Dialog>
  )
}
