'use client'

import { useEffect, useRef } from 'react'
import type { StepView } from '#lib/orchestration/view.ts'

const near = 24

/** Log lines that follow their end, unless somebody has scrolled up to read. */
export function LogTail({ lines, label, tall = false }: { lines: StepView['tail']; label: string; tall?: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  useEffect(() => {
    if (box.current && following.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines])
  return (
    <div
      ref={box}
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        following.current = scrollHeight - scrollTop - clientHeight < near
      }}
      className={`mt-2 overflow-auto rounded-sm border border-border bg-sunken px-3 py-2 font-mono text-xs leading-5 text-text-2 ${tall ? 'max-h-[60dvh]' : 'max-h-36'}`}
    >
      {lines.map((line, index) => (
        <p key={`${line.at}:${index}`} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
          <span className="text-text-3 select-none">{line.at.slice(11, 19)}Z</span>
          <span className={`break-words whitespace-pre-wrap ${line.stream === 'stderr' ? 'text-bad-fg' : ''}`}>
            {line.stream === 'stderr' && <span className="font-semibold">err </span>}
            {line.line}
          </span>
        </p>
      ))}
    </div>
  )
}
