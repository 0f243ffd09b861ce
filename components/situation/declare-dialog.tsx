'use client'

import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import type { FormEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Checkbox, Field, Input, Select } from '#components/ui/field.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import type { Severity } from '#lib/incidents/view.ts'

const severities: readonly Severity[] = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5']

/** Asks for what an incident needs to be opened, and goes there. What was typed stays until it has been sent. */
export function DeclareDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('situation.form')
  const formId = useId()
  const router = useRouter()
  const whyNot = useWhyNot()
  const { data: fleet } = useLive('fleet.view', {})
  const declare = useCommand('incident.declare')
  const [draft, setDraft] = useState({ title: '', severity: 'SEV2' as Severity, environment: '', services: [] as string[], releaseVersion: '' })
  const [tried, setTried] = useState(false)

  const services = fleet?.services ?? []
  const environments = [...new Set(services.flatMap((service) => service.targets.map((target) => target.environment)))]
  const environment = draft.environment || environments.find((name) => name === 'production') || (environments[0] ?? '')
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part })
  const wrong = { title: tried && draft.title.trim().length === 0 ? t('noTitle') : null, services: tried && draft.services.length === 0 ? t('noServices') : null }

  const send = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const title = draft.title.trim()
    const release = draft.releaseVersion.trim()
    if (!title || draft.services.length === 0 || whyNot('incident.declare')) return
    declare.mutate({ title, severity: draft.severity, environment, services: draft.services, ...(release ? { releaseVersion: release } : {}) }, {
      onSuccess: ({ number }) => {
        notify.ok(t('declared', { number }))
        setDraft({ title: '', severity: 'SEV2', environment: '', services: [], releaseVersion: '' })
        setTried(false)
        onOpenChange(false)
        router.push(`/incidents/${number}`)
      },
    })
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title')}
      description={t('description')}
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} busy={declare.isPending} disabledBecause={whyNot('incident.declare')}>{t('submit')}</Button>
        </>
      }
    >
      <form id={formId} onSubmit={send} noValidate className="flex flex-col gap-4">
        <ProblemNote problem={declare.error?.problem} />
        <Field label={t('what')} hint={t('whatHint')} error={wrong.title}>
          <Input value={draft.title} onChange={(event) => set({ title: event.target.value })} maxLength={200} autoComplete="off" autoFocus />
        </Field>
        <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
          <Field label={t('severity')}>
            <Select value={draft.severity} onChange={(event) => set({ severity: event.target.value as Severity })}>{severities.map((level) => <option key={level} value={level}>{t(`severities.${level}`)}</option>)}</Select>
          </Field>
          <Field label={t('environment')}>
            <Select value={environment} onChange={(event) => set({ environment: event.target.value })}>{environments.map((name) => <option key={name}>{name}</option>)}</Select>
          </Field>
        </div>
        <fieldset aria-describedby={`${formId}-services`}>
          <legend className="text-[0.8125rem] font-medium">{t('services')}</legend>
          <p id={`${formId}-services`} className={wrong.services ? 'mb-1 text-xs text-bad-fg' : 'mb-1 text-xs text-text-3'}>{services.length === 0 ? t('nothing') : (wrong.services ?? t('servicesHint'))}</p>
          <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-3">
            {services.map(({ name }) => (
              <Checkbox key={name} label={name} checked={draft.services.includes(name)} onChange={(event) => set({ services: event.target.checked ? [...draft.services, name] : draft.services.filter((other) => other !== name) })} />
            ))}
          </div>
        </fieldset>
        <Field label={t('release')} hint={t('releaseHint')}>
          <Input value={draft.releaseVersion} onChange={(event) => set({ releaseVersion: event.target.value })} maxLength={100} autoComplete="off" className="font-mono" />
        </Field>
      </form>
    </Dialog>
  )
}
