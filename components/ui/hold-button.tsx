'use client'

import { LoaderCircle } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent, PointerEvent, ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import type { ButtonSize } from './button-class.ts'
import { buttonClass } from './button-class.ts'
import { cn } from './cn.ts'
import { useDisabledBecause } from './disabled-because.tsx'

export interface HoldButtonProps {
  onConfirm: () => void
  holdMs?: number
  children: ReactNode
  disabledBecause?: string | undefined
  busy?: boolean
  tone?: 'primary' | 'danger'
  size?: ButtonSize
  className?: string
}

/** How long a second press may take, for those who cannot hold. */
const armedMs = 6_000

/**
 * For what is not undone by a click: held with a finger, the mouse, Enter or Space. Assistive technology, which
 * clicks without holding, is asked for a second press instead.
 */
export function HoldButton({ onConfirm, holdMs = 900, children, disabledBecause, busy = false, tone = 'primary', size = 'md', className }: HoldButtonProps) {
  const t = useTranslations('ui.hold')
  const [phase, setPhase] = useState<'idle' | 'holding' | 'short' | 'armed'>('idle')
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  /** A press by pointer or key is followed by a click of its own, which is not the second press of anyone. */
  const pressed = useRef(false)
  const { props, note } = useDisabledBecause(disabledBecause)
  const off = busy || Boolean(disabledBecause)

  const clear = (): void => {
    if (timer.current) clearTimeout(timer.current)
    timer.current = null
  }
  useEffect(() => clear, [])

  const begin = (): void => {
    if (off || timer.current) return
    pressed.current = true
    setPhase('holding')
    timer.current = setTimeout(() => {
      timer.current = null
      setPhase('idle')
      onConfirm()
    }, holdMs)
  }
  const letGo = (): void => {
    if (phase !== 'holding') return
    clear()
    setPhase('short')
  }
  const onClick = (event: MouseEvent): void => {
    event.preventDefault()
    if (pressed.current) return void (pressed.current = false)
    if (off) return
    if (phase === 'armed') {
      clear()
      setPhase('idle')
      return onConfirm()
    }
    setPhase('armed')
    timer.current = setTimeout(() => {
      timer.current = null
      setPhase('idle')
    }, armedMs)
  }
  const isKey = (event: KeyboardEvent): boolean => event.key === 'Enter' || event.key === ' '

  return (
    <span className={cn('inline-flex flex-col items-stretch gap-1', className)}>
      <button
        type="button"
        className={buttonClass(tone, size, 'relative touch-none overflow-hidden [-webkit-touch-callout:none]')}
        aria-busy={busy || undefined}
        {...(busy ? { 'aria-disabled': true } : {})}
        {...props}
        onPointerDown={(event: PointerEvent) => event.button === 0 && begin()}
        onPointerUp={letGo}
        onPointerLeave={letGo}
        onPointerCancel={letGo}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (!isKey(event)) return
          event.preventDefault()
          if (!event.repeat) begin()
        }}
        onKeyUp={(event) => {
          if (!isKey(event)) return
          event.preventDefault()
          pressed.current = false
          letGo()
        }}
        onBlur={letGo}
        onClick={onClick}
      >
        <span
          aria-hidden
          data-motion="essential"
          className={cn('absolute inset-0 origin-left', tone === 'danger' ? 'bg-bad/30' : 'bg-accent-fg/30')}
          style={{ transform: phase === 'holding' ? 'scaleX(1)' : 'scaleX(0)', transition: `transform ${phase === 'holding' ? holdMs : 120}ms linear` }}
        />
        <span className="relative inline-flex items-center gap-2">
          {busy ? <LoaderCircle aria-hidden className="animate-spin" /> : null}
          {phase === 'armed' ? t('again') : children}
        </span>
      </button>
      <span role="status" className={cn('text-xs leading-4 text-text-3', phase === 'short' || phase === 'armed' ? '' : 'sr-only')}>
        {phase === 'short' ? t('short') : phase === 'armed' ? t('armed') : ''}
      </span>
      {note}
    </span>
  )
}
