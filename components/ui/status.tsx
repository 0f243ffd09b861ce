import { Circle, CircleCheck, CircleDashed, Diamond, LoaderCircle, OctagonX, TriangleAlert } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export type Tone = 'good' | 'degraded' | 'bad' | 'unknown' | 'working' | 'neutral' | 'drill'

/** Each tone has a shape of its own, so that it can be told without its colour. */
export const toneIcon: Record<Tone, LucideIcon> = {
  good: CircleCheck,
  degraded: TriangleAlert,
  bad: OctagonX,
  unknown: CircleDashed,
  working: LoaderCircle,
  neutral: Circle,
  drill: Diamond,
}

export const toneText: Record<Tone, string> = {
  good: 'text-good-fg',
  degraded: 'text-degraded-fg',
  bad: 'text-bad-fg',
  unknown: 'text-unknown-fg',
  working: 'text-working-fg',
  neutral: 'text-text-2',
  drill: 'text-drill-fg',
}

export const toneSoft: Record<Tone, string> = {
  good: 'bg-good-soft',
  degraded: 'bg-degraded-soft',
  bad: 'bg-bad-soft',
  unknown: 'hatched',
  working: 'bg-working-soft',
  neutral: 'bg-sunken',
  drill: 'bg-drill-soft',
}

export const toneMark: Record<Tone, string> = {
  good: 'bg-good',
  degraded: 'bg-degraded',
  bad: 'bg-bad',
  unknown: 'hatched',
  working: 'bg-working',
  neutral: 'bg-border-strong',
  drill: 'bg-drill',
}

export const toneBorder: Record<Tone, string> = {
  good: 'border-good',
  degraded: 'border-degraded',
  bad: 'border-bad',
  unknown: 'border-unknown',
  working: 'border-working',
  neutral: 'border-border',
  drill: 'border-drill',
}

/** The left edge alone. */
export const toneEdge: Record<Tone, string> = {
  good: 'border-l-good',
  degraded: 'border-l-degraded',
  bad: 'border-l-bad',
  unknown: 'border-l-unknown',
  working: 'border-l-working',
  neutral: 'border-l-border',
  drill: 'border-l-drill',
}

const sizes = { sm: 'gap-1 px-1.5 py-px text-xs leading-4 [&_svg]:size-3', md: 'gap-1.5 px-2 py-0.5 text-[0.8125rem] [&_svg]:size-3.5', lg: 'gap-2 px-3 py-1 text-base [&_svg]:size-5' }

/** A status: a shape and a word, in its colour. */
export function Status({ tone, children, size = 'md', className }: { tone: Tone; children: ReactNode; size?: 'sm' | 'md' | 'lg'; className?: string }) {
  const Icon = toneIcon[tone]
  return (
    <span className={cn('inline-flex items-center rounded-full font-medium whitespace-nowrap', sizes[size], toneText[tone], toneSoft[tone], className)}>
      <Icon aria-hidden className={cn('shrink-0', tone === 'working' && 'animate-[spin_2.4s_linear_infinite]')} strokeWidth={2.25} />
      {children}
    </span>
  )
}

/** The shape alone, for tight places that have the word beside them. */
export function StatusMark({ tone, className }: { tone: Tone; className?: string }) {
  const Icon = toneIcon[tone]
  return <Icon aria-hidden strokeWidth={2.25} className={cn('size-4 shrink-0', toneText[tone], tone === 'working' && 'animate-[spin_2.4s_linear_infinite]', className)} />
}
