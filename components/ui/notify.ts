'use client'

import type { Problem } from '#lib/platform/fault.ts'

const sonner = () => import('sonner')

/** Says in passing what happened. Nothing is said only here: whatever lasts is on the page. */
export const notify = {
  ok: (text: string): void => void sonner().then(({ toast }) => toast.success(text)),
  problem: (problem: Problem): void => void sonner().then(({ toast }) => toast.error(problem.detail.charAt(0).toUpperCase() + problem.detail.slice(1), { duration: 12_000 })),
}
