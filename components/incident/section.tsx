import type { ReactNode } from 'react'

/** One question of the decision card and its answer: beside each other on a desk, below each other on a phone. */
export function Section({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="grid gap-x-8 gap-y-2 border-t border-border px-4 py-4 sm:px-6 sm:py-5 md:grid-cols-[9.5rem_minmax(0,1fr)]">
      <h3 className="eyebrow md:pt-0.5">{label}</h3>
      <div className="min-w-0">{children}</div>
    </div>
  )
}
