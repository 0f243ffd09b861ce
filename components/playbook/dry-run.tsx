'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { Checkbox, Field, Select } from '#components/ui/field.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import { failures } from '#lib/orchestration/rules/playbook/failure-of.ts'
import type { PlaybookView } from '#lib/orchestration/view.ts'
import { DryRunResult } from './dry-run-result.tsx'
import { ParamFields } from './param-fields.tsx'
import { givenParams } from './rules/given-params.ts'

/** Asks what a playbook would do now, for chosen services and one kind of failure. */
export function DryRun({ playbook }: { playbook: PlaybookView }) {
  const t = useTranslations('playbook.dryRun')
  const fleet = useLive('fleet.view', {}).data
  const run = useCommand('playbook.dry-run')
  const [chosen, setChosen] = useState<{ environment: string; services: readonly string[]; failure: (typeof failures)[number] }>({ environment: '', services: [], failure: 'errors' })
  const [typed, setTyped] = useState<Record<string, string>>({})
  const environments = [...new Set(fleet?.services.flatMap((service) => service.targets.map((target) => target.environment)) ?? [])]
  const environment = chosen.environment || (environments.includes('production') ? 'production' : (environments[0] ?? ''))
  const services = (fleet?.services ?? []).filter((service) => service.targets.some((target) => target.environment === environment)).map((service) => service.name)
  const taken = chosen.services.filter((service) => services.includes(service))
  const submit = (): void => run.mutate({ name: playbook.name, environment, services: [...taken], failure: chosen.failure, params: givenParams(playbook.params, typed) })
  return (
    <Card title={t('title')}>
      <p className="mb-4 text-text-2">{t('intro')}</p>
      <form className="grid gap-4 sm:grid-cols-2" onSubmit={(event) => { event.preventDefault(); if (taken.length > 0) submit() }}>
        <Field label={t('environment')}>
          <Select value={environment} onChange={(event) => setChosen({ ...chosen, environment: event.target.value })}>{environments.map((name) => <option key={name}>{name}</option>)}</Select>
        </Field>
        <Field label={t('failure')}>
          <Select value={chosen.failure} onChange={(event) => setChosen({ ...chosen, failure: failures.find((one) => one === event.target.value) ?? 'unknown' })}>{failures.map((failure) => <option key={failure} value={failure}>{t(`failures.${failure}`)}</option>)}</Select>
        </Field>
        <fieldset className="sm:col-span-2">
          <legend className="mb-1 text-[0.8125rem] font-medium">{t('services')}</legend>
          <div className="flex flex-wrap gap-x-5">
            {services.map((service) => <Checkbox key={service} label={service} checked={taken.includes(service)} onChange={(event) => setChosen({ ...chosen, services: event.target.checked ? [...taken, service] : taken.filter((one) => one !== service) })} />)}
          </div>
        </fieldset>
        <ParamFields params={playbook.params} typed={typed} onChange={setTyped} />
        <div className="sm:col-span-2">
          <Button type="submit" busy={run.isPending} disabledBecause={taken.length === 0 ? t('chooseOne') : undefined}>{t('run')}</Button>
        </div>
      </form>
      <div aria-live="polite" className="mt-4 empty:hidden">
        {run.error ? <ProblemNote problem={run.error.problem} /> : null}
        {run.data && !run.isPending ? <DryRunResult view={run.data} /> : null}
      </div>
    </Card>
  )
}
