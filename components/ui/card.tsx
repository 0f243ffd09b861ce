import type { ReactNode } from 'react'
import { useId } from 'react'
import { cn } from './cn.ts'
import type { Tone } from './status.tsx'
import { toneEdge } from './status.tsx'

/** A part of a page with a name. A tone draws its edge; the words inside must say the same. */
export function Card({ title, aside, children, tone, className, bodyClassName }: { title?: ReactNode; aside?: ReactNode; children: ReactNode; tone?: Tone; className?: string; bodyClassName?: string }) {
  const id = useId()
  return (
    <section aria-labelledby={title ? id : undefined} className={cn('min-w-0 rounded-md border border-border bg-surface', tone && tone !== 'neutral' && ['border-l-4', toneEdge[tone]], className)}>
      {title || aside ? (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-3 pb-2">
          {title ? <h2 id={id} className="text-sm font-semibold">{title}</h2> : <span />}
          {aside ? <div className="flex items-center gap-2 text-[0.8125rem] text-text-3">{aside}</div> : null}
        </header>
      ) : null}
      <div className={cn('px-4 pb-4', !title && !aside && 'pt-4', bodyClassName)}>{children}</div>
    </section>
  )
}
