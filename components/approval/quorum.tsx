'use client'

import { useTranslations } from 'use-intl'

/** How many approvals are there of those needed, as filled and empty places. */
export function Quorum({ have, need }: { have: number; need: number }) {
  const t = useTranslations('approval')
  return (
    <span className="inline-flex items-center gap-2" role="img" aria-label={t('haveLabel', { have, need })}>
      <span aria-hidden className="flex gap-1">
        {Array.from({ length: Math.max(need, have) }, (_, place) => (
          <span key={place} className={`h-2 w-5 rounded-full border ${place < have ? 'border-good bg-good' : 'border-border-strong bg-transparent'}`} />
        ))}
      </span>
      <span aria-hidden className="text-sm font-medium tabular-nums">
        {t('have', { have, need })}
      </span>
    </span>
  )
}
