'use client'

import { Ellipsis } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Dialog } from '#components/ui/dialog.tsx'
import type { Counts } from './nav.tsx'
import { Count } from './nav.tsx'
import { isIn, places } from './places.ts'

const item = 'relative flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[0.6875rem] font-medium text-text-3 aria-[current=page]:text-text'

/** The bottom edge on a phone: what an incident needs, and the rest one touch further. */
export function BottomBar({ counts }: { counts: Counts }) {
  const t = useTranslations('shell.nav')
  const path = usePathname()
  const [open, setOpen] = useState(false)
  const rest = places.filter((place) => !place.first)
  return (
    <nav aria-label={t('label')} data-bottom-bar className="print:hidden fixed inset-x-0 bottom-0 z-20 border-t border-border bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden">
      <div className="flex h-14">
        {places.filter((place) => place.first).map((place) => (
          <Link key={place.name} href={place.href} aria-current={isIn(place, path) ? 'page' : undefined} className={item}>
            <place.icon aria-hidden className="size-5" />
            {t(place.name)}
            <span className="absolute top-1 left-1/2 ml-1.5 scale-90"><Count place={place} counts={counts} /></span>
          </Link>
        ))}
        <Dialog
          open={open}
          onOpenChange={setOpen}
          title={t('more')}
          trigger={<button type="button" className={item} aria-current={rest.some((place) => isIn(place, path)) ? 'page' : undefined}><Ellipsis aria-hidden className="size-5" />{t('more')}</button>}
        >
          <div className="grid grid-cols-2 gap-2">
            {rest.map((place) => (
              <Link key={place.name} href={place.href} onClick={() => setOpen(false)} className="flex h-14 items-center gap-3 rounded-md border border-border px-4 font-medium">
                <place.icon aria-hidden className="size-4" />
                {t(place.name)}
              </Link>
            ))}
          </div>
        </Dialog>
      </div>
    </nav>
  )
}
