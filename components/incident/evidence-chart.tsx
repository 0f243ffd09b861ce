'use client'

import dynamic from 'next/dynamic'
import type { EvidenceView } from '#lib/triggers/view.ts'

export interface Mark {
  at: string
  label: string
}

// Drawing costs more than all the rest of the page; the words and numbers of the decision do not wait for it.
const Drawing = dynamic(() => import('./evidence-drawing.tsx').then((part) => part.EvidenceDrawing), { ssr: false })

/** The signal over time, in a place that has its size before the drawing is there. */
export function EvidenceChart({ evidence, marks = [], height = 132 }: { evidence: EvidenceView; marks?: readonly Mark[]; height?: number }) {
  return (
    <div role="img" aria-label={evidence.sentence} style={{ minHeight: height }}>
      <Drawing evidence={evidence} marks={marks} height={height} />
    </div>
  )
}
