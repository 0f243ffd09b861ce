'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { cn } from '#components/ui/cn.ts'
import type { Place } from './places.ts'
import { isIn, places } from './places.ts'

export type Counts = Partial<Record<Place['name'], number>>

/** How many wait there. Read as words, not as a bare number. */
export function Count({ place, counts }: { place: Place; counts: Counts }) {
  const t = useTranslations('shell.nav')
  const count = counts[place.name] ?? 0
  if (count === 0) return null
  return (
    <span className={cn('ml-auto inline-grid h-5 min-w-5 place-items-center rounded-full px-1.5 text-xs font-semibold', place.name === 'incidents' ? 'bg-bad text-surface' : 'bg-accent text-accent-fg')}>
      <span aria-hidden>{count}</span>
      <span className="sr-only">{place.name === 'incidents' ? t('live', { count }) : t('waiting', { count })}</span>
    </span>
  )
}

/** The left column on a desk. */
export function SideNav({ counts }: { counts: Counts }) {
  const t = useTranslations('shell.nav')
  const path = usePathname()
  return (
    <nav aria-label={t('label')} className="flex flex-col gap-0.5 px-3">
      {places.map((place) => (
        <Link
          key={place.name}
          href={place.href}
          aria-current={isIn(place, path) ? 'page' : undefined}
          className="flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-text-2 hover:bg-sunken hover:text-text aria-[current=page]:bg-sunken aria-[current=page]:text-text"
        >
          <place.icon aria-hidden className="size-4 shrink-0" />
          {t(place.name)}
          <Count place={place} counts={counts} />
        </Link>
      ))}
    </nav>
  )
}
