'use client'

import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/**
 * True while the page is printed: what is too long for the screen is drawn only then. The browser takes its picture
 * right after it has told us, so the change is there before we return.
 */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    const print = matchMedia('print')
    const become = (next: boolean) => () => flushSync(() => setPrinting(next))
    const [begin, end] = [become(true), become(false)]
    const follow = (): void => (print.matches ? begin() : end())
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    print.addEventListener('change', follow)
    return () => {
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
      print.removeEventListener('change', follow)
    }
  }, [])
  return printing
}
