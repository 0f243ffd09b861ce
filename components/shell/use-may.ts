'use client'

import { useCallback } from 'react'
import { useLive } from '#lib/client/live.tsx'
import type { Permission } from '#lib/platform/may.ts'
import { needsRole } from '#lib/platform/may.ts'

/** Why the person signed in may not do something, as a sentence; undefined where they may (or it is not known yet). */
export function useWhyNot(): (permission: Permission) => string | undefined {
  const { data } = useLive('me.view', {})
  return useCallback((permission: Permission) => (!data || data.permissions.includes(permission) ? undefined : sentence(needsRole(permission))), [data])
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
