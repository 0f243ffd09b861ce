'use client'

import { useTranslations } from 'use-intl'
import { Dialog } from '#components/ui/dialog.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { places } from './places.ts'

/** Every key there is. */
export function KeyHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell.keys')
  const nav = useTranslations('shell.nav')
  const rows: [string[], string][] = [
    [['Ctrl/⌘', 'K'], t('palette')],
    [['d'], t('declare')],
    [['j'], t('down')],
    [['k'], t('up')],
    [['?'], t('help')],
    ...places.map((place): [string[], string] => [['g', place.letter], t('go', { place: nav(place.name) })]),
  ]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('title')}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2">
        {rows.map(([keys, meaning]) => (
          <div key={meaning} className="contents">
            <dt className="flex gap-1">{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
