'use client'

import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps, MouseEvent } from 'react'
import type { ButtonSize, ButtonVariant } from './button-class.ts'
import { buttonClass } from './button-class.ts'
import { useDisabledBecause } from './disabled-because.tsx'

export type { ButtonSize, ButtonVariant } from './button-class.ts'

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
