'use client'

import { useId } from 'react'
import type { ReactNode } from 'react'
import { Lock } from 'lucide-react'

/** What a button gets while it cannot be used: it stays reachable by keyboard and says why, in text. */
export function useDisabledBecause(because: string | undefined): { props: { 'aria-disabled'?: true; 'aria-describedby'?: string }; note: ReactNode } {
  const id = useId()
  if (!because) return { props: {}, note: null }
  return {
    props: { 'aria-disabled': true, 'aria-describedby': id },
    note: (
      <span id={id} className="flex max-w-72 items-start gap-1 text-xs leading-4 text-text-3">
        <Lock aria-hidden className="mt-0.5 size-3 shrink-0" />
        {because}
      </span>
    ),
  }
}
