'use client'

import { useCallback, useLayoutEffect, useRef } from 'react'

/**
 * Gives the focus back to what had it before a dialog opened. Radix does so only for a trigger of its own; most of
 * ours open by a key or from a button elsewhere. What is inside mounts a moment later, so this still sees the opener.
 */
export function useReturnFocus(open: boolean): (event: Event) => void {
  const before = useRef<HTMLElement | null>(null)
  useLayoutEffect(() => {
    if (!open) return
    const { activeElement } = document
    before.current = activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : null
  }, [open])
  return useCallback((event: Event) => {
    if (!before.current?.isConnected) return
    event.preventDefault()
    before.current.focus()
  }, [])
}
