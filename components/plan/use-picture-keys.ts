'use client'

import type { KeyboardEvent } from 'react'
import { useCallback, useEffect, useRef } from 'react'
import type { PlanLayout } from './rules/lay-out-plan.ts'
import type { Direction } from './rules/next-step.ts'
import { nextStep } from './rules/next-step.ts'

const directions: Partial<Record<string, Direction>> = { ArrowRight: 'next', j: 'next', ArrowLeft: 'previous', k: 'previous', ArrowUp: 'up', ArrowDown: 'down', Home: 'first', End: 'last' }

/**
 * Walks through the picture by keys. The block that is to have the focus may not be drawn yet: it is brought into view,
 * and gets the focus when it is there.
 */
export function usePictureKeys({ box, layout, active, show, onChoose, onLeave }: {
  box: { current: HTMLElement | null }
  layout: PlanLayout
  active: string | null
  show: (key: string) => void
  onChoose: (key: string) => void
  onLeave: () => void
}): (event: KeyboardEvent) => void {
  const wanted = useRef<string | null>(null)
  useEffect(() => {
    if (wanted.current === null) return
    const block = box.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(wanted.current)}"]`)
    if (!block) return
    wanted.current = null
    block.focus({ preventScroll: true })
  })
  return useCallback(
    (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') return onLeave()
      const direction = directions[event.key]
      if (!direction) return
      const key = nextStep(layout, active, direction)
      if (key === null) return
      event.preventDefault()
      // The console's own j and k go through lists.
      event.stopPropagation()
      wanted.current = key
      show(key)
      onChoose(key)
    },
    [layout, active, show, onChoose, onLeave],
  )
}
