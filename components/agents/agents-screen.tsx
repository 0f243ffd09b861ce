'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
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
import type { AgentView } from '#lib/orchestration/view.ts'
import { EnrolAgent } from './enrol-agent.tsx'

/** Who reports from where, when they were last heard from, and how to add one. */
export function AgentsScreen({ initial }: { initial: { data: AgentView[]; version: string } | undefined }) {
  const t = useTranslations('agents')
  const live = useLive('agent.list', {}, initial)
  const [enrolling, setEnrolling] = useState(false)
  const agents = live.data
  const enrol = <Button variant={agents?.length === 0 ? 'primary' : 'secondary'} onClick={() => setEnrolling(true)}><Plus aria-hidden />{t('enrol')}</Button>
  return (
    <>
      <PageHeader title={t('title')} live={live} actions={agents?.length ? enrol : undefined}>{t('intro')}</PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!agents && !live.problem ? <Skeleton className="h-48" /> : null}
      {agents?.length === 0 ? <EmptyState title={t('empty.title')} action={enrol}>{t('empty.text')}</EmptyState> : null}
      {agents?.length ? (
        <Card>
          <Table label={t('title')}>
            <Thead><Tr><Th>{t('columns.name')}</Th><Th>{t('columns.state')}</Th><Th>{t('columns.seen')}</Th><Th>{t('columns.place')}</Th><Th>{t('columns.kinds')}</Th></Tr></Thead>
            <Tbody>
              {agents.map((agent) => (
                <Tr key={agent.id}>
                  <Th scope="row">{agent.name}</Th>
                  <Td><Status size="sm" tone={agent.live ? 'good' : agent.lastSeenAt ? 'bad' : 'unknown'}>{agent.live ? t('live') : agent.lastSeenAt ? t('silent') : t('never')}</Status></Td>
                  <Td className="whitespace-nowrap"><Age at={agent.lastSeenAt} /></Td>
                  <Td className="whitespace-nowrap">{agent.environment} · {agent.region} {agent.kind === 'drill' ? <Status tone="drill" size="sm">{t('drill')}</Status> : null}</Td>
                  <Td className="font-mono text-text-2">{agent.stepKinds.join(' ') || t('noKinds')}</Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </Card>
      ) : null}
      {enrolling ? <EnrolAgent onClose={() => setEnrolling(false)} /> : null}
    </>
  )
}
