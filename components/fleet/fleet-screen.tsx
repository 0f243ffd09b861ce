'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Checkbox, Field, Select } from '#components/ui/field.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useNow } from '#components/ui/use-now.ts'
import type { FleetView, TargetView } from '#lib/catalog/view.ts'
import { useLive } from '#lib/client/live.tsx'
import { AskRollback } from './ask-rollback.tsx'
import { healthNow } from './cell-facts.ts'
import { FleetCell } from './fleet-cell.tsx'
import { RegionHead } from './region-head.tsx'

/** Services by regions: what is running where, what was good, and whether we can go back. */
export function FleetScreen({ initial }: { initial: { data: FleetView; version: string } | undefined }) {
  const t = useTranslations('fleet')
  const live = useLive('fleet.view', {}, initial)
  const [asked, setAsked] = useState<TargetView | null>(null)
  const [environment, setEnvironment] = useState('')
  const [trouble, setTrouble] = useState(false)
  const now = useNow(1000)
  const fleet = live.data

  const environments = [...new Set(fleet?.services.flatMap((service) => service.targets.map((target) => target.environment)) ?? [])]
  const shown = (fleet?.services ?? [])
    .map((service) => ({ ...service, targets: service.targets.filter((target) => (!environment || target.environment === environment) && (!trouble || healthNow(target, now) !== 'good')) }))
    .filter((service) => service.targets.length > 0)
  const regions = (fleet?.regions ?? []).filter((region) => shown.some((service) => service.targets.some((target) => target.region === region.name)))

  return (
    <>
      <PageHeader title={t('title')} live={live} actions={
        <div className="flex flex-wrap items-end gap-4">
          {environments.length > 1 ? (
            <Field label={t('environment')} className="w-44">
              <Select value={environment} onChange={(event) => setEnvironment(event.target.value)}>
                <option value="">{t('all')}</option>
                {environments.map((name) => <option key={name}>{name}</option>)}
              </Select>
            </Field>
          ) : null}
          <Checkbox label={t('onlyTrouble')} checked={trouble} onChange={(event) => setTrouble(event.target.checked)} />
        </div>
      }>
        {t('intro')}
      </PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!fleet ? (live.problem ? null : <Skeleton className="h-72" />) : null}
      {fleet && fleet.services.length === 0 ? <EmptyState title={t('empty.title')} action={<code className="rounded-sm bg-sunken px-2 py-1 font-mono text-[0.8125rem]">{t('empty.command')}</code>}>{t('empty.text')}</EmptyState> : null}
      {fleet && fleet.services.length > 0 && shown.length === 0 ? <p className="text-text-2">{t('noneMatch')}</p> : null}
      {shown.length > 0 ? (
        <>
          <div className="grid gap-6 md:hidden">
            {shown.map((service) => (
              <section key={service.name} aria-label={service.name}>
                <ServiceHead service={service} />
                <div className="mt-2 grid gap-2">
                  {service.targets.map((target) => (
                    <FleetCell key={target.id} target={target} onAsk={setAsked} showEnvironment={environments.length > 1} showRegion />
                  ))}
                </div>
              </section>
            ))}
          </div>
          <div className="hidden overflow-x-auto md:block" role="region" aria-label={t('title')} tabIndex={0}>
            <table className="h-px w-full border-separate border-spacing-2 text-left">
              <thead>
                <tr>
                  <th scope="col" className="eyebrow w-40 px-1 align-bottom">{t('service')}</th>
                  {regions.map((region) => <th key={region.name} scope="col" className="min-w-60 px-1 pb-1 align-bottom"><RegionHead region={region} /></th>)}
                </tr>
              </thead>
              <tbody>
                {shown.map((service) => (
                  <tr key={service.name} className="h-full">
                    <th scope="row" className="px-1 py-2 align-top font-normal"><ServiceHead service={service} /></th>
                    {regions.map((region) => {
                      const here = service.targets.filter((target) => target.region === region.name)
                      return (
                        <td key={region.name} className="h-full align-top">
                          <div className="grid h-full gap-2">
                            {here.length === 0 ? <p className="p-3 text-text-3">{trouble ? '' : t('absent')}</p> : here.map((target) => <FleetCell key={target.id} target={target} onAsk={setAsked} showEnvironment={environments.length > 1} />)}
                          </div>
                        </td>
                      )
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      ) : null}
      {asked ? <AskRollback target={asked} onClose={() => setAsked(null)} /> : null}
    </>
  )
}

function ServiceHead({ service }: { service: FleetView['services'][number] }) {
  const t = useTranslations('fleet')
  return (
    <>
      <span className="text-base font-semibold">{service.name}</span>
      <span className="block text-xs text-text-3">{t('owner', { team: service.team, tier: service.tier, dataClass: service.dataClass })}</span>
    </>
  )
}
