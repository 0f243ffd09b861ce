'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { places } from './places.ts'

interface Keys {
  onPalette: () => void
  onHelp: () => void
  onDeclare: () => void
}

/** How long after `g` its letter may come. */
const sequenceMs = 1_200

/** While something is typed, or a dialog is open, letters are letters. */
const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, [role=dialog]') !== null)

/** Moves the focus among the rows of the page's list: any `[data-row]` that is, or holds, a link or a button. */
function moveInList(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].map((row) => (row.matches('a, button') ? row : row.querySelector<HTMLElement>('a, button'))).filter((row) => row !== null)
  if (rows.length === 0) return false
  const at = rows.findIndex((row) => row === document.activeElement)
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus()
  return true
}

/** The keyboard of the whole console. */
export function useKeys({ onPalette, onHelp, onDeclare }: Keys): void {
  const router = useRouter()
  // Never yet: times of keys count from when the page was opened, and zero would be just then.
  const wentAt = useRef(-Infinity)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        return onPalette()
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.timeStamp - wentAt.current < sequenceMs) {
        wentAt.current = -Infinity
        const place = places.find(({ letter }) => letter === event.key)
        if (!place) return
        event.preventDefault()
        return router.push(place.href)
      }
      if (event.key === 'g') wentAt.current = event.timeStamp
      else if (event.key === '?') onHelp()
      else if (event.key === 'd') {
        event.preventDefault()
        onDeclare()
      } else if (event.key === 'j' || event.key === 'k') {
        if (moveInList(event.key === 'j' ? 1 : -1)) event.preventDefault()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [router, onPalette, onHelp, onDeclare])
}
