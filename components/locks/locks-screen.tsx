'use client'

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
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { LockView } from '#lib/state/view.ts'
import { BreakLock } from './break-lock.tsx'

const link = 'font-medium underline decoration-border-strong underline-offset-2 hover:decoration-text'

/** Who holds what, since when and why; and the way to take it away where somebody has to. */
export function LocksScreen({ initial }: { initial: { data: LockView[]; version: string } | undefined }) {
  const t = useTranslations('locks')
  const live = useLive('lock.list', {}, initial)
  const refused = useWhyNot()('lock.break')
  const [breaking, setBreaking] = useState<LockView | null>(null)
  const locks = live.data
  return (
    <>
      <PageHeader title={t('title')} live={live}>{t('intro')}</PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!locks && !live.problem ? <Skeleton className="h-48" /> : null}
      {locks?.length === 0 ? <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState> : null}
      {locks?.length ? (
        <Card>
          <Table label={t('title')}>
            <Thead><Tr><Th>{t('columns.name')}</Th><Th>{t('columns.owner')}</Th><Th>{t('columns.since')}</Th><Th><span className="sr-only">{t('columns.act')}</span></Th></Tr></Thead>
            <Tbody>
              {locks.map((lock) => (
                <Tr key={`${lock.name} ${lock.owner.id}`}>
                  <Th scope="row" className="min-w-28 font-mono break-words">{lock.name}</Th>
                  <Td>
                    {lock.owner.kind === 'run' ? <Link className={link} href={`/runs/${lock.owner.id}`}>{lock.reason}</Link> : lock.reason}
                    <span className="block text-[0.8125rem] text-text-2">{t(lock.mode)}</span>
                  </Td>
                  <Td className="whitespace-nowrap"><Age at={lock.since} /></Td>
                  <Td className="text-right"><Button size="sm" variant="danger" disabledBecause={refused} aria-label={t('breakOne', { name: lock.name })} onClick={() => setBreaking(lock)}>{t('break')}</Button></Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </Card>
      ) : null}
      {breaking ? <BreakLock lock={breaking} onClose={() => setBreaking(null)} /> : null}
    </>
  )
}
