'use client'

import { useCallback, useSyncExternalStore } from 'react'

interface Clock {
  listeners: Set<() => void>
  timer: ReturnType<typeof setInterval> | null
}

const clocks = new Map<number, Clock>()

function follow(interval: number, listener: () => void): () => void {
  const clock = clocks.get(interval) ?? { listeners: new Set(), timer: null }
  clocks.set(interval, clock)
  clock.listeners.add(listener)
  clock.timer ??= setInterval(() => clock.listeners.forEach((tell) => tell()), interval)
  return () => {
    clock.listeners.delete(listener)
    if (clock.listeners.size > 0 || !clock.timer) return
    clearInterval(clock.timer)
    clock.timer = null
  }
}

/**
 * This browser's time in milliseconds, in steps of `intervalMs`: one timer a step for the whole page.
 * Null on the server and while hydrating, where a moving number would not be the same twice.
 */
export function useNow(intervalMs = 1000): number | null {
  const subscribe = useCallback((listener: () => void) => follow(intervalMs, listener), [intervalMs])
  return useSyncExternalStore<number | null>(subscribe, () => Math.floor(Date.now() / intervalMs) * intervalMs, () => null)
}
