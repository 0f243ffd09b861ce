import type { ExceptionView, IncidentStatus } from '../view.ts'
import { advance } from './lifecycle.ts'

export interface CloseFacts {
  status: IncidentStatus
  /** What is left abnormal, not put right yet, and nobody's. */
  unowned: readonly string[]
}

export type Closable = { ok: true; because: string } | { ok: false; because: string }

/** Closed means that nobody has to come back to it: what is still abnormal belongs to somebody by then. */
export function closable({ status, unowned }: CloseFacts): Closable {
  const step = advance(status, 'close')
  if (!step.ok) return step
  const [first, ...more] = unowned
  if (first) return { ok: false, because: `something is left abnormal and belongs to nobody: ${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}; give it an owner or put it right` }
  return { ok: true, because: 'it is resolved, and what is left abnormal has an owner' }
}

/** What is still abnormal and nobody's, in words. */
export const unownedAmong = (exceptions: readonly Pick<ExceptionView, 'what' | 'owner' | 'cleared'>[]): string[] => exceptions.filter((one) => !one.owner && !one.cleared).map((one) => one.what)
