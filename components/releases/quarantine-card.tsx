'use client'

import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { notify } from '#components/ui/notify.ts'
import { Status } from '#components/ui/status.tsx'
import { Time } from '#components/ui/time.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { QuarantineView } from '#lib/releases/view.ts'

type Release = { id: string; service: string; version: string; quarantine: QuarantineView | null }

/** That a release is bad: why, who says so, until when; and the way to begin or end it. */
export function QuarantineCard({ release }: { release: Release }) {
  const t = useTranslations('release.quarantine')
  const { quarantine } = release
  if (!quarantine) return <div className="flex justify-end"><Change release={release} move="begin" /></div>
  return (
    <Card title={t('title')} tone="bad">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <Status tone="bad">{t('status')}</Status>
          <p className="mt-2 text-base font-medium break-words">{quarantine.because}</p>
          <p className="mt-1 text-text-2">
            {t('by', { name: quarantine.by })} <Age at={quarantine.at} />
            {' · '}
            {quarantine.until ? <>{t('until')} <Time at={quarantine.until} /></> : t('untilLifted')}
            {quarantine.incidentNumber === null ? null : <>{' · '}<Link href={`/incidents/${quarantine.incidentNumber}`} className="underline underline-offset-2">INC-{quarantine.incidentNumber}</Link></>}
          </p>
          <p className="mt-2 max-w-prose text-pretty text-text-2">{t('effect')}</p>
        </div>
        <Change release={release} move="lift" />
      </div>
    </Card>
  )
}

function Change({ release, move }: { release: Release; move: 'begin' | 'lift' }) {
  const t = useTranslations(`release.quarantine.${move}`)
  const whyNot = useWhyNot()
  const begin = useCommand('release.quarantine')
  const lift = useCommand('release.lift-quarantine')
  const [open, setOpen] = useState(false)
  const used = move === 'begin' ? begin : lift
  const done = {
    onSuccess: () => {
      setOpen(false)
      notify.ok(t('done'))
    },
  }
  const confirm = (reason: string): void => (move === 'begin' ? begin : lift).mutate({ releaseId: release.id, reason }, done)
  return (
    <>
      <Button disabledBecause={whyNot(move === 'begin' ? 'release.quarantine' : 'release.lift-quarantine')} onClick={() => setOpen(true)}>{t('button')}</Button>
      <ReasonDialog open={open} onOpenChange={setOpen} title={t('title', { release: `${release.service} ${release.version}` })} effect={t('effect')} label={t('why')} confirm={t('button')} tone={move === 'begin' ? 'danger' : 'primary'} busy={used.isPending} problem={used.error?.problem} onConfirm={confirm} />
    </>
  )
}
