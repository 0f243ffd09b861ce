'use client'

import { useTranslations } from 'use-intl'
import type { Me, Why } from '#components/approval/rules/rights.ts'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { HoldButton } from '#components/ui/hold-button.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Status } from '#components/ui/status.tsx'
import type { Tone } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { UpdateView } from '#lib/communications/view.ts'

const tones: Record<UpdateView['status'], Tone> = { draft: 'neutral', approved: 'working', published: 'good', withdrawn: 'unknown' }

/** One text for one audience: where it stands, and the next thing to do with it. */
export function UpdateItem({ update, me }: { update: UpdateView; me: Me | undefined }) {
  const t = useTranslations('incident.updates')
  const say = useWhy()
  const approve = useCommand('update.approve')
  const publish = useCommand('update.publish')
  const withdraw = useCommand('update.withdraw')
  const open = update.status === 'draft' || update.status === 'approved'
  const right = update.audience === 'public' ? 'update.publish' : 'update.draft'
  const notYet: Why | null = update.publishable.ok ? null : { kind: 'rule', because: update.publishable.because }
  const cannot = whyNot(me, right)
  const problem = approve.error?.problem ?? publish.error?.problem ?? withdraw.error?.problem
  const bound = { updateId: update.id, textDigest: update.textDigest }
  return (
    <li className="space-y-2 py-3 first:pt-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{t(`audience.${update.audience}`)}</span>
        <Status tone={tones[update.status]} size="sm" className="[&_svg]:animate-none">
          {t(`status.${update.status}`)}
        </Status>
        <span className="text-[0.8125rem] text-text-3">{t(`phase.${update.phase}`)}</span>
      </div>
      <p className="text-pretty whitespace-pre-wrap">{update.text}</p>
      <p className="text-xs text-text-3">
        {t('by', { name: update.author })} <Age at={update.publishedAt ?? update.createdAt} />
        {update.approvedBy && ` · ${t('approvedBy', { name: update.approvedBy })}`}
        {update.nextUpdateAt && (
          <>
            {' · '}
            {t('next')} <Time at={update.nextUpdateAt} />
          </>
        )}
      </p>
      {open && (
        <div className="flex flex-wrap items-start gap-2">
          {update.status === 'draft' && update.audience === 'public' && !cannot && (
            <Button size="sm" variant="primary" busy={approve.isPending} onClick={() => approve.mutate(bound, { onSuccess: () => notify.ok(t('approvedDone')) })}>
              {t('approve')}
            </Button>
          )}
          <HoldButton size="sm" busy={publish.isPending} disabledBecause={say(cannot ?? notYet)} onConfirm={() => publish.mutate(bound, { onSuccess: () => notify.ok(t('publishedDone')) })}>
            {t('publish')}
          </HoldButton>
          <Button size="sm" variant="ghost" className={whyNot(me, 'update.draft') ? 'hidden' : ''} busy={withdraw.isPending} onClick={() => withdraw.mutate({ updateId: update.id })}>
            {t('withdraw')}
          </Button>
        </div>
      )}
      {problem && <ProblemNote problem={problem} />}
    </li>
  )
}
