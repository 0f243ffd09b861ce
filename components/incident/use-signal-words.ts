'use client'

import { useTranslations } from 'use-intl'

/** A signal as people call it; one that is not known here keeps its own name. */
export function useSignalWords(): (signal: string) => string {
  const t = useTranslations('incident.signal')
  return (signal) => {
    switch (signal) {
      case 'error-ratio':
      case 'latency-p95':
      case 'latency-p50':
      case 'request-rate':
      case 'no-healthy-instance':
        return t(signal)
      default:
        return signal
    }
  }
}
