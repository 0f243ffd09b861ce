'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import { Copy } from '#components/ui/copy.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Field, Select } from '#components/ui/field.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Status, StatusMark } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { ReleaseSummary } from '#lib/releases/view.ts'

/** Every version there is, newest first: its bytes, where it runs, where it is the last known good. */
export function ReleasesScreen({ initial }: { initial: { data: ReleaseSummary[]; version: string } | undefined }) {
  const t = useTranslations('release')
  const live = useLive('release.list', {}, initial)
  const [service, setService] = useState('')
  const releases = live.data
  const services = [...new Set(releases?.map((release) => release.service) ?? [])].sort()
  const shown = (releases ?? []).filter((release) => !service || release.service === service)
  return (
    <>
      <PageHeader title={t('title')} live={live} actions={services.length > 1 ? (
        <Field label={t('filter')} className="w-48">
          <Select value={service} onChange={(event) => setService(event.target.value)}>
            <option value="">{t('all')}</option>
            {services.map((name) => <option key={name}>{name}</option>)}
          </Select>
        </Field>
      ) : undefined}>
        {t('intro')}
      </PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!releases && !live.problem ? <Skeleton className="h-64" /> : null}
      {releases?.length === 0 ? <EmptyState title={t('empty.title')} action={<code className="rounded-sm bg-sunken px-2 py-1 font-mono text-[0.8125rem]">{t('empty.command')}</code>}>{t('empty.text')}</EmptyState> : null}
      {shown.length ? (
        <Card>
          <Table label={t('title')}>
            <Thead>
              <Tr><Th>{t('columns.release')}</Th><Th>{t('columns.knownGood')}</Th><Th>{t('columns.running')}</Th><Th>{t('columns.digest')}</Th><Th>{t('columns.registered')}</Th></Tr>
            </Thead>
            <Tbody>
              {shown.map((release) => (
                <Tr key={release.id} data-row>
                  <Th scope="row" className="whitespace-nowrap">
                    <Link href={`/releases/${release.id}`} className="underline decoration-border-strong underline-offset-2 hover:decoration-text">{release.service} <span className="font-mono">{release.version}</span></Link>
                    {release.quarantine ? <span title={release.quarantine.because}><Status tone="bad" size="sm" className="ml-2">{t('quarantine.mark')}</Status></span> : null}
                  </Th>
                  <Td><Where targets={release.knownGoodOn} good /></Td>
                  <Td><Where targets={release.runningOn} /></Td>
                  <Td><Copy text={release.digest} label={release.digest.replace('sha256:', '').slice(0, 12)} /></Td>
                  <Td className="whitespace-nowrap"><Age at={release.registeredAt} /> <span className="text-text-3">{t('columns.by')} {release.registeredBy}</span></Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </Card>
      ) : null}
    </>
  )
}

function Where({ targets, good = false }: { targets: string[]; good?: boolean }) {
  const t = useTranslations('release')
  if (targets.length === 0) return <span className="text-text-3">{t(good ? 'notYet' : 'nowhere')}</span>
  return <span className="flex items-start gap-1.5">{good ? <StatusMark tone="good" className="mt-0.5" /> : null}{targets.join(', ')}</span>
}
