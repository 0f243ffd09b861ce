'use client'

import { useTranslations } from 'use-intl'
import { Quorum } from '#components/approval/quorum.tsx'
import { TimeLeft } from '#components/approval/time-left.tsx'
import { VotesList } from '#components/approval/votes-list.tsx'
import { Status } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'
import { asSentence } from './rules/in-words.ts'
import { Section } from './section.tsx'

/** Who asked, who has voted, who is missing, and until when. */
export function DecisionWho({ incident: { approval, seat } }: { incident: IncidentView }) {
  const t = useTranslations('incident.decision')
  const state = useTranslations('approval.state')
  return (
    <Section label={t('who')}>
      {approval ? (
        <div className="space-y-3">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
            <Quorum have={approval.have} need={approval.need} />
            {approval.state === 'pending' ? <TimeLeft until={approval.expiresAt} /> : <Status tone={approval.state === 'satisfied' ? 'good' : approval.state === 'rejected' ? 'bad' : 'unknown'} size="sm">{state(approval.state)}</Status>}
          </div>
          {approval.state === 'pending' && approval.missing && <p className="font-medium text-pretty">{asSentence(approval.missing)}</p>}
          {approval.because && <p className="text-text-2 text-pretty">{asSentence(approval.because)}</p>}
          <p className="text-text-2">
            {t('askedBy', { name: approval.requestedBy.name })}{' '}
            <span className="text-text-3">
              <Time at={approval.createdAt} />
            </span>
          </p>
          {approval.votes.length > 0 && <VotesList votes={approval.votes} />}
        </div>
      ) : (
        <p className="text-text-2">{t('notAsked')}</p>
      )}
      <p className="mt-3 text-text-2">{seat.holder ? t(approval?.state === 'satisfied' ? 'startsNow' : 'starts', { name: seat.holder.name }) : t('nobodyStarts')}</p>
    </Section>
  )
}
