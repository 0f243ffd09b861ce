'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from './cn.ts'
import { useReturnFocus } from './use-return-focus.ts'

export interface DialogProps {
  open?: boolean
  onOpenChange?: (open: boolean) => void
  /** The button that opens it, where it opens itself. */
  trigger?: ReactNode
  title: ReactNode
  /** What will happen: read out when it opens. */
  description?: ReactNode
  children?: ReactNode
  /** The buttons, at the bottom edge. */
  footer?: ReactNode
  size?: 'md' | 'lg' | 'xl'
}

const widths = { md: 'sm:max-w-lg', lg: 'sm:max-w-3xl', xl: 'sm:max-w-6xl' }

/** Asks or shows one thing above the page: a sheet from the bottom on a phone, a card on a desk. */
export function Dialog({ open, onOpenChange, trigger, title, description, children, footer, size = 'md' }: DialogProps) {
  const t = useTranslations('ui.dialog')
  const returnFocus = useReturnFocus(open === true)
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger ? <Radix.Trigger asChild>{trigger}</Radix.Trigger> : null}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(6_8_10/0.55)]" />
        <Radix.Content
          onCloseAutoFocus={returnFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cn('fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-lg border border-border bg-raised shadow-lift sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100%-2rem)] sm:-translate-1/2 sm:rounded-lg', widths[size])}
        >
          <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0">
              <Radix.Title className="text-lg leading-6 font-semibold text-balance">{title}</Radix.Title>
              {description ? <Radix.Description className="mt-1 text-text-2" asChild={typeof description !== 'string'}>{typeof description === 'string' ? description : <div>{description}</div>}</Radix.Description> : null}
            </div>
            <Radix.Close className="-mt-1 -mr-2 grid size-9 shrink-0 place-items-center rounded-md text-text-3 hover:bg-sunken hover:text-text" aria-label={t('close')}>
              <X aria-hidden className="size-4" />
            </Radix.Close>
          </header>
          {children ? <div className="min-h-0 overflow-y-auto px-5 pt-1 pb-5">{children}</div> : null}
          {footer ? <footer className="flex flex-wrap items-start justify-end gap-2 border-t border-border px-5 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]">{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
