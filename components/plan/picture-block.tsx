'use client'

import { memo } from 'react'
import { cn } from '#components/ui/cn.ts'
import { blockLook } from '#components/run/step-look.ts'
import type { StepRole } from '#lib/orchestration/model.ts'
import type { PicturedStep } from './rules/picture.ts'

interface Props {
  stepKey: string
  role: StepRole
  word: string
  /** Read out: the step's whole name, when, and how it stands. */
  name: string
  state: PicturedStep['state']
  left: number
  width: number
  /** The share of the block that has happened; the rest is expected. */
  done: number | null
  careful: boolean
  critical: boolean
  /** Of the chosen step: itself, what it is tied to, or neither. Null where none is chosen. */
  tie: 'self' | 'tied' | 'apart' | null
  /** The one block that Tab reaches. */
  reachable: boolean
  onChoose: (key: string) => void
  onOpen: () => void
}

/** Percent with few digits: the same number on server and browser. */
export const percent = (share: number): string => `${Math.round(share * 1e6) / 1e4}%`

/** A step: as wide as it takes, hatched as far as it is only expected. */
export const PictureBlock = memo(function PictureBlock({ stepKey, role, word, name, state, left, width, done, careful, critical, tie, reachable, onChoose, onOpen }: Props) {
  return (
    <button
      type="button"
      data-step={stepKey}
      tabIndex={reachable ? 0 : -1}
      // What is read begins with what is seen, so that who speaks to the browser can say it (WCAG 2.5.3).
      aria-label={`${word}: ${name}`}
      aria-pressed={tie === 'self'}
      onFocus={() => onChoose(stepKey)}
      onClick={onOpen}
      className={cn(
        '@container absolute top-[3px] flex h-6 items-center gap-1 overflow-hidden rounded-sm border px-1 text-left text-[0.6875rem] leading-4 font-medium whitespace-nowrap',
        state === 'forecast' ? 'hatched border-dashed border-border-strong text-text' : blockLook[state],
        critical && 'border-2 border-solid px-[3px]',
        critical && state === 'forecast' && 'border-text',
        tie === 'self' && 'z-10 outline-2 outline-offset-1 outline-text',
        tie === 'apart' && 'opacity-60',
      )}
      style={{ left: percent(left), width: percent(width) }}
    >
      {done !== null && <span aria-hidden className="hatched absolute inset-y-0 right-0 border-l border-dashed border-current" style={{ left: percent(done) }} />}
      <svg aria-hidden className="relative size-3.5 shrink-0">
        <use href={`#sign-${role}`} />
      </svg>
      {/* Where there is no room for the word there is the sign, and its word is below the picture. */}
      <span className={cn('relative hidden', word.length > 4 ? '@[3.7rem]:inline' : '@[3rem]:inline', careful && 'underline decoration-dotted underline-offset-2')}>{word}</span>
    </button>
  )
})
