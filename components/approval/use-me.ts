'use client'

import { useLive } from '#lib/client/live.tsx'
import type { Me } from './rules/rights.ts'

/** Who is looking, with roles and rights; undefined until it is known. */
export function useMe(): Me | undefined {
  return useLive('me.view', {}).data
}
