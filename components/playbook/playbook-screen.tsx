'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { notify } from '#components/ui/notify.ts'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Status } from '#components/ui/status.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import type { PlaybookView } from '#lib/orchestration/view.ts'
import { ApplyPlaybook } from './apply-playbook.tsx'
import { DryRun } from './dry-run.tsx'
import { NumberedText } from './numbered-text.tsx'
import { PlaybookFacts } from './playbook-facts.tsx'
import { Revisions } from './revisions.tsx'

/** One playbook: what it is for, its text, what it would do now, and how it came to be. */
export function PlaybookScreen({ name, initial }: { name: string; initial: { data: PlaybookView; version: string } | undefined }) {
  const t = useTranslations('playbook')
  const live = useLive('playbook.view', { name }, initial)
  const whyNot = useWhyNot()
  const retire = useCommand('playbook.retire')
  const [asking, setAsking] = useState<'apply' | 'retire' | null>(null)
  const playbook = live.data
  const back = <Link href="/playbooks" className="inline-flex items-center gap-1.5 text-text-2 hover:text-text"><ArrowLeft aria-hidden className="size-4" />{t('back')}</Link>
  if (!playbook) return <>{back}<div className="mt-4">{live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-64" />}</div></>
  const actions = (
    <>
      {playbook.retiredAt ? null : <Button variant="ghost" disabledBecause={whyNot('playbook.write')} onClick={() => setAsking('retire')}>{t('retire.button')}</Button>}
      <Button disabledBecause={whyNot('playbook.write')} onClick={() => setAsking('apply')}>{t('applyNext')}</Button>
    </>
  )
  return (
    <>
      <div className="mb-3">{back}</div>
      <PageHeader live={live} title={<>{playbook.name} <span className="font-normal text-text-3">{t('revision', { revision: playbook.revision })}</span></>} actions={actions}>
        <span className="flex flex-wrap items-center gap-2"><Status size="sm" tone={playbook.retiredAt ? 'neutral' : 'good'}>{playbook.retiredAt ? t('retired') : t('inUse')}</Status>{t('by', { author: playbook.author })} · <Age at={playbook.createdAt} /></span>
      </PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      <div className="grid gap-4">
        <PlaybookFacts playbook={playbook} />
        <Card title={t('text')}><NumberedText text={playbook.text} label={t('text')} /></Card>
        {playbook.retiredAt ? null : <DryRun playbook={playbook} />}
        <Revisions revisions={playbook.revisions} />
      </div>
      {asking === 'apply' ? <ApplyPlaybook before={playbook.text} onClose={() => setAsking(null)} /> : null}
      <ReasonDialog
        open={asking === 'retire'}
        onOpenChange={(open) => setAsking(open ? 'retire' : null)}
        title={t('retire.title', { name })}
        effect={t('retire.effect')}
        label={t('retire.reason')}
        confirm={t('retire.confirm')}
        tone="danger"
        busy={retire.isPending}
        problem={retire.error?.problem}
        onConfirm={(reason) => retire.mutate({ name, reason }, { onSuccess: () => { notify.ok(t('retire.done', { name })); setAsking(null) } })}
      />
    </>
  )
}
