'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useTranslations } from 'use-intl'
import { useHydrated } from '#components/ui/use-hydrated.ts'

const themes = [
  { name: 'system', icon: Monitor },
  { name: 'light', icon: Sun },
  { name: 'dark', icon: Moon },
] as const

/** Follows the system unless told otherwise. */
export function ThemeSwitch() {
  const t = useTranslations('shell.theme')
  const { theme, setTheme } = useTheme()
  const chosen = useHydrated() ? theme : undefined
  return (
    <div role="radiogroup" aria-label={t('label')} className="grid grid-cols-3 gap-1 rounded-md bg-sunken p-1">
      {themes.map(({ name, icon: Icon }) => (
        <button key={name} type="button" role="radio" aria-checked={chosen === name} onClick={() => setTheme(name)} className="flex h-8 items-center justify-center gap-1.5 rounded-sm px-2 text-xs font-medium text-text-2 aria-checked:bg-raised aria-checked:text-text aria-checked:ring-1 aria-checked:ring-border-strong">
          <Icon aria-hidden className="size-3.5" />
          {t(name)}
        </button>
      ))}
    </div>
  )
}
