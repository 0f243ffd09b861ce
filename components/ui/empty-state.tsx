import type { ReactNode } from 'react'

/** Nothing here yet: what this is, and the one thing that fills it. */
export function EmptyState({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-md border border-dashed border-border-strong/50 px-5 py-8 sm:px-8">
      <p className="text-base font-semibold">{title}</p>
      {children ? <div className="max-w-prose text-text-2 text-pretty">{children}</div> : null}
      {action}
    </div>
  )
}
