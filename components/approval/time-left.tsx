'use client'

import { useTranslations } from 'use-intl'
import { Countdown } from '#components/ui/age.tsx'
import { cn } from '#components/ui/cn.ts'
import { useNow } from '#components/ui/use-now.ts'

/** The time left to decide, ticking; under a minute it is coloured and still said in words. */
export function TimeLeft({ until, className }: { until: string; className?: string }) {
  const t = useTranslations('approval')
  const now = useNow(1_000)
  const left = now === null ? Infinity : Date.parse(until) - now
  if (left <= 0) return <span className={cn('font-medium text-bad-fg', className)}>{t('expired')}</span>
  return (
    <span className={cn(left < 60_000 ? 'font-medium text-degraded-fg' : 'text-text-2', className)}>
      <Countdown until={until} /> {t('left')}
    </span>
  )
}
