'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { shortHash } from '#components/incident/rules/in-words.ts'
import { Button } from '#components/ui/button.tsx'
import { HoldButton } from '#components/ui/hold-button.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { notify } from '#components/ui/notify.ts'
import { useNow } from '#components/ui/use-now.ts'
import { useCommand } from '#lib/client/act.ts'
import type { ApprovalView } from '#lib/governance/view.ts'
import type { Why } from './rules/rights.ts'
import { whyNotVote } from './rules/rights.ts'
import { useMe } from './use-me.ts'
import { useWhy } from './use-why.ts'

/** Approve by holding, reject with a reason. `blocked` is what else stands in the way, such as a plan that changed while it was read. */
export function VoteActions({ approval, blocked = null }: { approval: ApprovalView; blocked?: Why | null }) {
  const t = useTranslations('approval')
  const me = useMe()
  const say = useWhy()
  const now = useNow(1_000)
  const vote = useCommand('approval.vote')
  const withdraw = useCommand('approval.withdraw')
  const [dialog, setDialog] = useState<'reject' | 'withdraw' | null>(null)
  const why = whyNotVote(me, approval, now)
  const because = say(why ?? blocked)
  const mine = me?.id === approval.requestedBy.id
  const bound = { requestId: approval.id, planHash: approval.planHash }
  const done = (message: string) => ({
    onSuccess: () => {
      setDialog(null)
      notify.ok(message)
    },
  })
  return (
    <div className="space-y-3">
      {vote.error && dialog === null && <ProblemNote problem={vote.error.problem} />}
      <div className="flex items-start gap-3">
        {mine ? (
          <Button variant="secondary" size="lg" onClick={() => setDialog('withdraw')}>
            {t('withdraw')}
          </Button>
        ) : why ? null : (
          <Button variant="secondary" size="lg" onClick={() => setDialog('reject')}>
            {t('reject')}
          </Button>
        )}
        {/* The key ends a hold that began on another plan. */}
        <HoldButton
          key={approval.planHash}
          size="lg"
          className="flex-1"
          disabledBecause={because}
          busy={vote.isPending}
          onConfirm={() => vote.mutate({ ...bound, vote: 'approve', reason: '' }, done(t('voteKept')))}
        >
          {t('approve')}
        </HoldButton>
      </div>
      {!because && <p className="text-xs text-text-3">{t('approveEffect', { hash: shortHash(approval.planHash) })}</p>}
      <ReasonDialog
        open={dialog === 'reject'}
        onOpenChange={(open) => setDialog(open ? 'reject' : null)}
        title={t('rejectTitle')}
        effect={t('rejectEffect')}
        label={t('rejectReason')}
        hint={t('rejectHint')}
        confirm={t('reject')}
        tone="danger"
        busy={vote.isPending}
        problem={vote.error?.problem}
        onConfirm={(reason) => vote.mutate({ ...bound, vote: 'reject', reason }, done(t('rejectKept')))}
      />
      <ReasonDialog
        open={dialog === 'withdraw'}
        onOpenChange={(open) => setDialog(open ? 'withdraw' : null)}
        title={t('withdrawTitle')}
        effect={t('withdrawEffect')}
        label={t('rejectReason')}
        confirm={t('withdraw')}
        tone="danger"
        busy={withdraw.isPending}
        problem={withdraw.error?.problem}
        onConfirm={(reason) => withdraw.mutate({ requestId: approval.id, reason }, done(t('withdrawKept')))}
      />
    </div>
  )
}
