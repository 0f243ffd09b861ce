'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { toneSoft, toneText, StatusMark } from '#components/ui/status.tsx'
import { cn } from '#components/ui/cn.ts'
import { useConnection, useHeardAt } from '#lib/client/live.tsx'
import { connectionTone } from './live-badge.tsx'

/** Says across the page that what is shown may be old, how old, and what happens next. Nothing while all is well. */
export function ConnectionBanner() {
  const t = useTranslations('shell.banner')
  const state = useConnection()
  const heardAt = useHeardAt()
  const path = usePathname()
  if (state === 'live' || state === 'connecting') return null
  return (
    <div className={cn('flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-border px-4 py-2 text-sm sm:px-6', toneSoft[connectionTone[state]], toneText[connectionTone[state]])}>
      <StatusMark tone={connectionTone[state]} />
      <span className="font-medium">{t(state)}</span>
      <span className="text-text-2">{t('heard')} <Age at={heardAt} />.</span>
      {state === 'ended' ? <Link href={`/sign-in?next=${encodeURIComponent(path)}`} className="font-semibold underline">{t('signIn')}</Link> : null}
    </div>
  )
}
