'use client'

import { toast } from 'sonner'
import type { Problem } from '#lib/platform/fault.ts'

/** Says in passing what happened. Nothing is said only here: whatever lasts is on the page. */
export const notify = {
  ok: (text: string): void => void toast.success(text),
  problem: (problem: Problem): void => void toast.error(problem.detail.charAt(0).toUpperCase() + problem.detail.slice(1), { duration: 12_000 }),
}
