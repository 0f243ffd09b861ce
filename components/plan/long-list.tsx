'use client'

import { useVirtualizer, useWindowVirtualizer } from '@tanstack/react-virtual'
import type { ReactNode } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'
import { cn } from '#components/ui/cn.ts'

interface Props {
  count: number
  /** A guess of a row's height in pixels, until it is measured. */
  estimate: number
  keyOf: (index: number) => string
  row: (index: number) => ReactNode
  label: string
  className?: string
}

/** So many are simply there: found by the browser's own search, and laid out before any script runs. */
const plainUpTo = 60

/** A list that scrolls with the page. However long it is, only what is near the window is drawn. */
export function LongList(props: Props) {
  if (props.count > plainUpTo) return <WindowList {...props} />
  const { count, keyOf, row, label, className } = props
  return (
    <ol aria-label={label} className={className}>
      {Array.from({ length: count }, (_, index) => (
        <li key={keyOf(index)}>{row(index)}</li>
      ))}
    </ol>
  )
}

function WindowList({ count, estimate, keyOf, row, label, className }: Props) {
  const list = useRef<HTMLOListElement>(null)
  const [above, setAbove] = useState(0)
  // Where the list begins on the page; it moves when what stands above it grows, and the page with it.
  useLayoutEffect(() => {
    const measure = (): void => setAbove(Math.round((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const rows = useWindowVirtualizer({ count, estimateSize: () => estimate, overscan: 6, scrollMargin: above, getItemKey: keyOf, initialRect: { width: 360, height: 780 } })
  return (
    <ol ref={list} aria-label={label} className={cn('relative', className)} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((item) => (
        <li key={item.key} ref={rows.measureElement} data-index={item.index} aria-setsize={count} aria-posinset={item.index + 1} className="absolute left-0 w-full" style={{ top: item.start - above }}>
          {row(item.index)}
        </li>
      ))}
    </ol>
  )
}

/** The same in a box of its own that scrolls. */
export function BoxedList({ count, estimate, keyOf, row, label, className }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count, getScrollElement: () => box.current, estimateSize: () => estimate, overscan: 4, getItemKey: keyOf, initialRect: { width: 320, height: 640 } })
  return (
    <div ref={box} role="region" aria-label={label} tabIndex={0} className={cn('overflow-y-auto', className)}>
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <li key={item.key} ref={rows.measureElement} data-index={item.index} aria-setsize={count} aria-posinset={item.index + 1} className="absolute left-0 w-full" style={{ top: item.start }}>
            {row(item.index)}
          </li>
        ))}
      </ul>
    </div>
  )
}
