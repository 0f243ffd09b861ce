'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Status } from '#components/ui/status.tsx'
import type { Tone } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'
import type { ApprovalState, ApprovalView } from '#lib/governance/view.ts'

const tones: Record<ApprovalState, Tone> = { pending: 'working', satisfied: 'good', rejected: 'bad', expired: 'degraded', void: 'unknown', withdrawn: 'neutral' }

/** What was decided before, with every vote and its reason. */
export function DecidedTable({ approvals }: { approvals: readonly ApprovalView[] }) {
  const t = useTranslations('approval')
  return (
    <div className="rounded-md border border-border bg-surface px-4">
      <Table label={t('table')} className="min-w-[44rem]">
        <Thead>
          <Tr>
            <Th>{t('columns.outcome')}</Th>
            <Th>{t('columns.what')}</Th>
            <Th>{t('columns.votes')}</Th>
            <Th>{t('columns.who')}</Th>
            <Th>{t('columns.when')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {approvals.map((approval) => (
            <Tr key={approval.id}>
              <Td>
                <Status tone={tones[approval.state]} size="sm">
                  {t(`state.${approval.state}`)}
                </Status>
              </Td>
              <Td className="max-w-96">
                {approval.hasDecision ? (
                  <Link href={`/decisions/${approval.id}`} className="font-medium text-pretty underline underline-offset-2">
                    {approval.sentence}
                  </Link>
                ) : (
                  <span className="font-medium text-pretty">{approval.sentence}</span>
                )}
                <span className="block text-text-3">
                  {approval.incident && (
                    <Link href={`/incidents/${approval.incident.number}`} className="underline underline-offset-2">
                      INC-{approval.incident.number}
                    </Link>
                  )}
                  {approval.because && ` ${approval.because}`}
                </span>
              </Td>
              <Td>
                {approval.votes.length === 0 && <span className="text-text-3">–</span>}
                {approval.votes.map((vote) => (
                  <span key={vote.person.id} className={`block ${vote.counts ? '' : 'text-text-3 line-through'}`}>
                    {vote.person.name} {vote.vote === 'approve' ? t('approved') : t('rejected')}
                    {vote.reason && <span className="text-text-3"> “{vote.reason}”</span>}
                  </span>
                ))}
              </Td>
              <Td>{approval.requestedBy.name}</Td>
              <Td className="whitespace-nowrap">
                <Time at={approval.createdAt} />
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
