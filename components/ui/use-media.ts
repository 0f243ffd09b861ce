'use client'

import { useCallback, useSyncExternalStore } from 'react'

/** Whether a media query matches; null where no window is: on the server, and until this browser has taken over. */
export function useMedia(query: string): boolean | null {
  const subscribe = useCallback(
    (tell: () => void) => {
      const list = matchMedia(query)
      list.addEventListener('change', tell)
      return () => list.removeEventListener('change', tell)
    },
    [query],
  )
  return useSyncExternalStore<boolean | null>(subscribe, () => matchMedia(query).matches, () => null)
}
