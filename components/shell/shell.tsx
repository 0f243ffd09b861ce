'use client'

import { Command as CommandIcon } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { createContext, useCallback, useContext, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Kbd } from '#components/ui/kbd.tsx'
import { LiveProvider, useLive } from '#lib/client/live.tsx'
import type { MeView } from '#lib/platform/view.ts'
import { Bell } from './bell.tsx'
import { BottomBar } from './bottom-bar.tsx'
import { Brand } from './brand.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { LiveBadge } from './live-badge.tsx'
import { SideNav } from './nav.tsx'
import { PersonMenu } from './person-menu.tsx'
import { ProveDialog } from './prove-dialog.tsx'
import { useKeys } from './use-keys.ts'

// Nothing of these is seen before somebody asks for it: the page does not wait for them, and they come right after it.
const Palette = dynamic(() => import('./palette.tsx').then((part) => part.Palette), { ssr: false })
const KeyHelp = dynamic(() => import('./key-help.tsx').then((part) => part.KeyHelp), { ssr: false })
const DeclareDialog = dynamic(() => import('#components/situation/declare-dialog.tsx').then((part) => part.DeclareDialog), { ssr: false })

const DeclareContext = createContext<() => void>(() => {})

/** Opens the dialog that declares an incident, from anywhere in the console. */
export const useDeclare = (): (() => void) => useContext(DeclareContext)

type Open = 'palette' | 'keys' | 'declare' | null

/** What surrounds every page of the console. */
export function Shell({ me, children }: { me: { data: MeView; version: string } | undefined; children: ReactNode }) {
  return (
    <LiveProvider>
      <Frame me={me}>{children}</Frame>
    </LiveProvider>
  )
}

function Frame({ me, children }: { me: { data: MeView; version: string } | undefined; children: ReactNode }) {
  const t = useTranslations('shell')
  const person = useLive('me.view', {}, me)
  const { data: situation } = useLive('situation.view', {})
  const [open, setOpen] = useState<Open>(null)
  const keys = useMemo(() => ({ onPalette: () => setOpen('palette'), onHelp: () => setOpen('keys'), onDeclare: () => setOpen('declare') }), [])
  useKeys(keys)
  const is = (which: Open) => ({ open: open === which, onOpenChange: (next: boolean) => setOpen(next ? which : null) })
  const declare = useCallback(() => setOpen('declare'), [])
  const counts = { incidents: situation?.incidents.filter((incident) => incident.status !== 'resolved' && incident.status !== 'closed').length ?? 0, approvals: situation?.approvals.length ?? 0 }

  return (
    <DeclareContext value={declare}>
      <a href="#main" className="sr-only z-50 rounded-md bg-accent px-4 py-2 font-medium text-accent-fg focus:not-sr-only focus:fixed focus:top-2 focus:left-2">{t('skip')}</a>
      <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh flex-col gap-4 border-r border-border bg-surface py-4 lg:flex print:hidden">
          <Link href="/" className="mx-3 flex items-center gap-2.5 rounded-md px-2.5 py-1 text-base font-semibold tracking-tight">
            <Brand className="size-6" />
            {t('name')}
          </Link>
          <SideNav counts={counts} />
          <button type="button" onClick={() => setOpen('palette')} className="mx-3 mt-auto flex h-9 items-center gap-2 rounded-md px-2.5 text-[0.8125rem] text-text-3 hover:bg-sunken hover:text-text">
            {t('find')}
            <span className="ml-auto flex gap-1"><Kbd>Ctrl</Kbd><Kbd>K</Kbd></span>
          </button>
        </aside>
        <div className="flex min-w-0 flex-col">
          <header className="sticky top-0 z-20 border-b border-border bg-background print:hidden">
            <div className="flex h-14 items-center gap-2 px-4 sm:px-6">
              <Link href="/" aria-label={t('name')} className="rounded-md lg:hidden"><Brand className="size-6" /></Link>
              <LiveBadge />
              <div className="ml-auto flex items-center gap-1">
                <button type="button" onClick={() => setOpen('palette')} aria-label={t('find')} className="grid size-9 place-items-center rounded-md text-text-2 hover:bg-sunken lg:hidden"><CommandIcon aria-hidden className="size-5" /></button>
                <Bell />
                <PersonMenu me={person.data} />
              </div>
            </div>
            <ConnectionBanner />
          </header>
          <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[88rem] flex-1 px-4 pt-6 pb-28 outline-none sm:px-6 lg:pb-12">{children}</main>
        </div>
      </div>
      <BottomBar counts={counts} />
      <Palette {...is('palette')} situation={situation} onDeclare={declare} />
      <KeyHelp {...is('keys')} />
      <DeclareDialog {...is('declare')} />
      <ProveDialog />
    </DeclareContext>
  )
}
