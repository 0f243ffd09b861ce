'use client'

import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps, MouseEvent } from 'react'
import { cn } from './cn.ts'
import { useDisabledBecause } from './disabled-because.tsx'

export type ButtonVariant = 'primary' | 'secondary' | 'danger' | 'ghost'
export type ButtonSize = 'sm' | 'md' | 'lg'

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-accent-fg border-accent hover:opacity-90',
  secondary: 'bg-surface text-text border-border-strong/60 hover:border-border-strong hover:bg-sunken',
  danger: 'bg-surface text-bad-fg border-bad hover:bg-bad-soft',
  ghost: 'border-transparent text-text-2 hover:bg-sunken hover:text-text',
}

const sizes: Record<ButtonSize, string> = {
  sm: 'h-8 gap-1.5 px-2.5 text-[0.8125rem]',
  md: 'h-10 gap-2 px-3.5 text-sm',
  lg: 'h-12 gap-2 px-5 text-base',
}

export const buttonClass = (variant: ButtonVariant = 'secondary', size: ButtonSize = 'md', className?: string): string =>
  cn('inline-flex shrink-0 select-none items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors duration-150 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0', variants[variant], sizes[size], className)

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  variant?: ButtonVariant
  size?: ButtonSize
  /** Why it cannot be used now. Shown beneath, read out with the button; the button stays reachable. */
  disabledBecause?: string | undefined
  busy?: boolean
  /** Renders its child (a link) with a button's looks. */
  asChild?: boolean
}

/** A button. Never silently dead: while it cannot be used it says why. */
export function Button({ variant = 'secondary', size = 'md', disabledBecause, busy = false, asChild = false, className, onClick, children, type = 'button', ...rest }: ButtonProps) {
  const { props, note } = useDisabledBecause(disabledBecause)
  if (asChild) return <Slot.Root className={buttonClass(variant, size, className)} onClick={onClick as never} {...(rest as object)}>{children}</Slot.Root>
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (disabledBecause || busy) return event.preventDefault()
    onClick?.(event)
  }
  const button = (
    <button type={type} className={buttonClass(variant, size, className)} onClick={press} aria-busy={busy || undefined} {...(busy ? { 'aria-disabled': true } : {})} {...rest} {...props}>
      {busy ? <LoaderCircle aria-hidden className="animate-spin" /> : null}
      {children}
    </button>
  )
  return note ? <span className="inline-flex flex-col items-start gap-1">{button}{note}</span> : button
}
