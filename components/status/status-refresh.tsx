'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Fetches the page anew now and then, where there is a script; without one, a reload does the same. */
export function StatusRefresh({ everyMs }: { everyMs: number }) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [router, everyMs])
  return null
}
