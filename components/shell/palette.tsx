'use client'

import { Command } from 'cmdk'
import { ArrowRight, LogOut, Megaphone, Search, SunMoon } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useRouter } from 'next/navigation'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Kbd } from '#components/ui/kbd.tsx'
import { Severity } from '#components/ui/severity.tsx'
import { useReturnFocus } from '#components/ui/use-return-focus.ts'
import type { SituationView } from '#lib/incidents/view.ts'
import { places } from './places.ts'
import { leave } from './sign-out.ts'

const group = '[&_[cmdk-group-heading]]:eyebrow [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1'

/** Everything one can go to or do from anywhere, by typing a few letters of it. */
export function Palette({ open, onOpenChange, situation, onDeclare }: { open: boolean; onOpenChange: (open: boolean) => void; situation: SituationView | undefined; onDeclare: () => void }) {
  const t = useTranslations('shell.palette')
  const nav = useTranslations('shell.nav')
  const router = useRouter()
  const { setTheme, resolvedTheme } = useTheme()
  const returnFocus = useReturnFocus(open)
  const then = (act: () => void) => () => {
    onOpenChange(false)
    act()
  }
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(6_8_10/0.55)]" />
        <Radix.Content aria-describedby={undefined} onCloseAutoFocus={returnFocus} className="fixed top-3 left-1/2 z-50 w-[calc(100%-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border border-border bg-raised shadow-lift sm:top-[14vh]">
          <Radix.Title className="sr-only">{t('title')}</Radix.Title>
          <Command label={t('title')} loop>
            <div className="flex items-center gap-3 border-b border-border px-4">
              <Search aria-hidden className="size-4 text-text-3" />
              <Command.Input placeholder={t('placeholder')} className="h-12 flex-1 bg-transparent text-base outline-none placeholder:text-text-3" />
              <Kbd>Esc</Kbd>
            </div>
            <Command.List className="max-h-[60dvh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-text-2">{t('nothing')}</Command.Empty>
              {situation?.incidents.length ? (
                <Command.Group heading={t('incidents')} className={group}>
                  {situation.incidents.map((incident) => (
                    <Item key={incident.id} value={`INC-${incident.number} ${incident.title}`} onSelect={then(() => router.push(`/incidents/${incident.number}`))}>
                      <Severity level={incident.severity} size="sm" />
                      <span className="truncate">INC-{incident.number} {incident.title}</span>
                    </Item>
                  ))}
                </Command.Group>
              ) : null}
              <Command.Group heading={t('go')} className={group}>
                {places.map((place) => (
                  <Item key={place.name} value={nav(place.name)} onSelect={then(() => router.push(place.href))} keys={['g', place.letter]}>
                    <place.icon aria-hidden className="size-4 text-text-3" />
                    {nav(place.name)}
                  </Item>
                ))}
                <Item value={t('status')} onSelect={then(() => window.open('/status', '_blank', 'noopener'))}>
                  <ArrowRight aria-hidden className="size-4 text-text-3" />
                  {t('status')}
                </Item>
              </Command.Group>
              <Command.Group heading={t('do')} className={group}>
                <Item value={t('declare')} onSelect={then(onDeclare)} keys={['d']}>
                  <Megaphone aria-hidden className="size-4 text-text-3" />
                  {t('declare')}
                </Item>
                <Item value={t('theme')} onSelect={then(() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'))}>
                  <SunMoon aria-hidden className="size-4 text-text-3" />
                  {t('theme')}
                </Item>
                <Item value={t('signOut')} onSelect={then(() => void leave())}>
                  <LogOut aria-hidden className="size-4 text-text-3" />
                  {t('signOut')}
                </Item>
              </Command.Group>
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Item({ value, onSelect, keys = [], children }: { value: string; onSelect: () => void; keys?: readonly string[]; children: ReactNode }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="flex min-h-10 cursor-pointer items-center gap-3 rounded-md px-3 data-[selected=true]:bg-sunken">
      {children}
      <span className="ml-auto flex gap-1">{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</span>
    </Command.Item>
  )
}
