'use client'

import { useEffect } from 'react'

/** Keeps the screen from going to sleep while `on`, where the browser can; taken again whenever the page is shown again. */
export function useAwake(on: boolean): void {
  useEffect(() => {
    if (!on || !('wakeLock' in navigator)) return
    let held: WakeLockSentinel | null = null
    let over = false
    const take = (): void => {
      if (document.visibilityState !== 'visible') return
      navigator.wakeLock.request('screen').then(
        (lock) => {
          if (over) return void lock.release()
          held = lock
        },
        () => {},
      )
    }
    take()
    document.addEventListener('visibilitychange', take)
    return () => {
      over = true
      document.removeEventListener('visibilitychange', take)
      void held?.release()
    }
  }, [on])
}
