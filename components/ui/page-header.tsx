'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import type { Live } from '#lib/client/live.tsx'
import { Age } from './age.tsx'

/** The page's name, how old what it shows is, and what can be done here. */
export function PageHeader({ title, live, actions, children }: { title: ReactNode; live?: Live<unknown>; actions?: ReactNode; children?: ReactNode }) {
  const t = useTranslations('ui.page')
  return (
    <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-xl leading-7 font-semibold tracking-tight text-balance sm:text-2xl sm:leading-8">{title}</h1>
        {children ? <div className="mt-1 max-w-prose text-text-2 text-pretty">{children}</div> : null}
        {live && live.state !== 'live' && live.at > 0 ? <p className="mt-1 text-text-3">{t('asOf')} <Age at={live.at} /></p> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-start gap-2">{actions}</div> : null}
    </div>
  )
}
