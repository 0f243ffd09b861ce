'use client'

import { useSyncExternalStore } from 'react'

const never = (): (() => void) => () => {}

/** False in what the server rendered, true once this browser has taken over: for what only it knows, such as its time zone. */
export const useHydrated = (): boolean => useSyncExternalStore(never, () => true, () => false)
