'use client'

import { ChevronDown, CircleAlert } from 'lucide-react'
import { createContext, useContext, useId } from 'react'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn.ts'

interface Labelled {
  id: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: true | undefined
}

const FieldContext = createContext<Labelled | null>(null)

/** A label, what it is for, and what is wrong with it; the input inside is tied to all three. */
export function Field({ label, error, hint, children, className }: { label: ReactNode; error?: string | null | undefined; hint?: ReactNode; children: ReactNode; className?: string }) {
  const id = useId()
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ')
  return (
    <FieldContext value={{ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined }}>
      <div className={cn('flex flex-col gap-1.5', className)}>
        <label htmlFor={id} className="text-[0.8125rem] font-medium">{label}</label>
        {hint ? <p id={`${id}-hint`} className="-mt-1 text-xs leading-4 text-text-3">{hint}</p> : null}
        {children}
        {error ? (
          <p id={`${id}-error`} className="flex items-start gap-1 text-xs leading-4 text-bad-fg">
            <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
            {error}
          </p>
        ) : null}
      </div>
    </FieldContext>
  )
}

const box = 'w-full rounded-md border border-border-strong/70 bg-surface px-3 text-base text-text placeholder:text-text-3 aria-invalid:border-bad sm:text-sm'

/** A line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(box, 'h-10', className)} {...useContext(FieldContext)} {...rest} />
}

/** Several lines of text. */
export function Textarea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={rows} className={cn(box, 'py-2', className)} {...useContext(FieldContext)} {...rest} />
}

/** One of a few: the platform's own, which works with every thumb and screen reader. Children are `<option>`s. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className="relative block">
      <select className={cn(box, 'h-10 appearance-none pr-9', className)} {...useContext(FieldContext)} {...rest}>{children}</select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-4 text-text-3" />
    </span>
  )
}

/** A choice that is on or off, with its words beside it. */
export function Checkbox({ label, className, ...rest }: ComponentProps<'input'> & { label: ReactNode }) {
  return (
    <label className={cn('flex min-h-8 items-center gap-2 text-sm', className)}>
      <input type="checkbox" className="size-4 accent-(--accent)" {...rest} />
      {label}
    </label>
  )
}
