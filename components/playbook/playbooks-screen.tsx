'use client'

import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Status } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { PlaybookSummary } from '#lib/orchestration/view.ts'
import { ApplyPlaybook } from './apply-playbook.tsx'

/** Every playbook: when it is used, and what it does. */
export function PlaybooksScreen({ initial }: { initial: { data: PlaybookSummary[]; version: string } | undefined }) {
  const t = useTranslations('playbook')
  const live = useLive('playbook.list', {}, initial)
  const whyNot = useWhyNot()
  const [applying, setApplying] = useState(false)
  const playbooks = live.data
  const apply = <Button variant={playbooks?.length === 0 ? 'primary' : 'secondary'} disabledBecause={whyNot('playbook.write')} onClick={() => setApplying(true)}><Plus aria-hidden />{t('apply')}</Button>
  return (
    <>
      <PageHeader title={t('title')} live={live} actions={playbooks?.length ? apply : undefined}>{t('intro')}</PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!playbooks && !live.problem ? <Skeleton className="h-48" /> : null}
      {playbooks?.length === 0 ? <EmptyState title={t('empty.title')} action={apply}>{t('empty.text')}</EmptyState> : null}
      {playbooks?.length ? (
        <Card>
          <Table label={t('title')}>
            <Thead><Tr><Th>{t('columns.name')}</Th><Th>{t('columns.when')}</Th><Th>{t('columns.does')}</Th><Th>{t('columns.revision')}</Th><Th>{t('columns.changed')}</Th></Tr></Thead>
            <Tbody>
              {playbooks.map((playbook) => (
                <Tr key={playbook.name} data-row>
                  <Th scope="row" className="min-w-56">
                    <Link href={`/playbooks/${playbook.name}`} className="underline decoration-border-strong underline-offset-2 hover:decoration-text">{playbook.name}</Link>
                    {playbook.retiredAt ? <Status tone="neutral" size="sm" className="ml-2">{t('retired')}</Status> : null}
                    <p className="mt-0.5 font-normal text-text-2">{playbook.description}</p>
                  </Th>
                  <Td className="min-w-52">{playbook.when ? <code className="font-mono text-xs">{playbook.when}</code> : <span className="text-text-3">{t('byName')}</span>}</Td>
                  <Td className="min-w-40 font-mono text-xs text-text-2">{playbook.kinds.join(' · ')}</Td>
                  <Td>{playbook.revision}</Td>
                  <Td className="whitespace-nowrap"><Age at={playbook.createdAt} /> <span className="text-text-3">{t('by', { author: playbook.author })}</span></Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </Card>
      ) : null}
      {applying ? <ApplyPlaybook before={null} onClose={() => setApplying(false)} /> : null}
    </>
  )
}
