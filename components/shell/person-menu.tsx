'use client'

import { CircleUser, LogOut } from 'lucide-react'
import Link from 'next/link'
import { Popover } from 'radix-ui'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import type { MeView } from '#lib/platform/view.ts'
import { leave } from './sign-out.ts'
import { ThemeSwitch } from './theme-switch.tsx'

/** Who is signed in, with which roles; the theme; the way out. */
export function PersonMenu({ me }: { me: MeView | undefined }) {
  const t = useTranslations('shell.person')
  return (
    <Popover.Root>
      <Popover.Trigger className="flex h-9 items-center gap-2 rounded-md px-2 text-text-2 hover:bg-sunken hover:text-text" aria-label={me ? t('menuOf', { name: me.name }) : t('menu')}>
        <CircleUser aria-hidden className="size-5" />
        <span className="hidden max-w-40 truncate font-medium md:inline">{me?.name}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={8} collisionPadding={12} aria-label={t('menu')} className="z-40 w-72 rounded-md border border-border bg-raised p-4 shadow-lift">
          {me ? (
            <div className="mb-4">
              <p className="font-semibold">{me.name}</p>
              <p className="truncate text-text-3">{me.email}</p>
              <p className="mt-1 text-[0.8125rem] text-text-2">{me.roles.length ? t('roles', { roles: me.roles.join(', ') }) : t('noRoles')}</p>
            </div>
          ) : null}
          <ThemeSwitch />
          <Button asChild className="mt-3 w-full">
            <Link href="/me">{t('security')}</Link>
          </Button>
          <Button className="mt-3 w-full" onClick={() => void leave()}>
            <LogOut aria-hidden />
            {t('signOut')}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
