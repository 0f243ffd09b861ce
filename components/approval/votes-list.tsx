'use client'

import { Check, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Time } from '#components/ui/time.tsx'
import type { ApprovalView } from '#lib/governance/view.ts'

/** Who voted what, when and why; a vote that does not count says so. */
export function VotesList({ votes }: { votes: ApprovalView['votes'] }) {
  const t = useTranslations('approval')
  if (votes.length === 0) return <p className="text-sm text-text-2">{t('noVotes')}</p>
  return (
    <ul className="space-y-1.5">
      {votes.map((vote) => {
        const yes = vote.vote === 'approve'
        const Icon = yes ? Check : X
        return (
          <li key={vote.person.id} className="flex items-start gap-2 text-sm">
            <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${!vote.counts ? 'text-text-3' : yes ? 'text-good-fg' : 'text-bad-fg'}`} strokeWidth={2.5} />
            <span className="min-w-0">
              <span className={vote.counts ? 'font-medium' : 'text-text-2 line-through'}>{vote.person.name}</span> <span className="text-text-2">{yes ? t('approved') : t('rejected')}</span>{' '}
              <span className="text-text-3">
                <Time at={vote.at} />
              </span>
              {vote.reason && <span className="mt-0.5 block text-text-2">“{vote.reason}”</span>}
              {!vote.counts && (
                <span className="mt-0.5 block text-degraded-fg">
                  {t('doesNotCount')}
                  {vote.because ? `: ${vote.because}` : ''}
                </span>
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
