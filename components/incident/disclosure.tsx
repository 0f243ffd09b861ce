import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** More, for those who want it: the platform's own, so that it works with every key and without script. */
export function Disclosure({ summary, children, open = false }: { summary: ReactNode; children: ReactNode; open?: boolean }) {
  return (
    <details className="group" open={open}>
      <summary className="-mx-1.5 inline-flex min-h-8 list-none items-center gap-1 rounded-sm px-1.5 text-[0.8125rem] font-medium text-text-2 hover:bg-sunken hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 transition-transform duration-150 group-open:rotate-90" />
        {summary}
      </summary>
      <div className="pt-2 pb-1">{children}</div>
    </details>
  )
}
