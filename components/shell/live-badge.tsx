'use client'

import { useTranslations } from 'use-intl'
import { useConnection, useHeardAt } from '#lib/client/live.tsx'
import type { Connection } from '#lib/client/live.tsx'
import { cn } from '#components/ui/cn.ts'
import type { Tone } from '#components/ui/status.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import { useNow } from '#components/ui/use-now.ts'

export const connectionTone: Record<Connection, Tone> = { connecting: 'working', live: 'good', reconnecting: 'degraded', away: 'bad', ended: 'unknown' }

/** How this page is connected and when the server was last heard from. A change is read out once; the ticking is not. */
export function LiveBadge({ className }: { className?: string }) {
  const t = useTranslations('shell.connection')
  const state = useConnection()
  const heardAt = useHeardAt()
  const now = useNow(1000)
  const seconds = heardAt && now ? Math.max(0, Math.floor((now - heardAt) / 1000)) : null
  return (
    <span className={cn('inline-flex items-center gap-1.5 rounded-full border border-border px-2.5 py-1 text-[0.8125rem] font-medium whitespace-nowrap', className)}>
      <StatusMark tone={connectionTone[state]} className="size-3.5" />
      <span role="status">{t(state)}</span>
      {seconds === null ? null : <span aria-hidden className="min-w-7 text-text-3">{t('seconds', { seconds })}</span>}
    </span>
  )
}
