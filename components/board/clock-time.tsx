'use client'

import { utcText } from '#components/ui/time-text.ts'
import { useHydrated } from '#components/ui/use-hydrated.ts'

/** A time of day as the room reads it: on its own clock, UTC on the server. */
export function useClockTime(): (at: string) => string {
  const hydrated = useHydrated()
  return (at) => (hydrated ? new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }) : utcText(new Date(at), new Date(at)))
}
