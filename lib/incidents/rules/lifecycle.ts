import type { IncidentStatus } from '../view.ts'

/**
 * `mitigate`: somebody acts on production (again). `prove`: a validation passed. `resolve`: what was proven is called
 * over. `settle`: the commander says that it is over where nothing was rolled back or nothing could be measured.
 */
export type Move = 'mitigate' | 'prove' | 'resolve' | 'settle' | 'close'

const moves = {
  open: { mitigate: 'mitigating', settle: 'resolved' },
  mitigating: { prove: 'monitoring', settle: 'resolved' },
  monitoring: { mitigate: 'mitigating', resolve: 'resolved' },
  resolved: { mitigate: 'mitigating', close: 'closed' },
  closed: {},
} as const satisfies Record<IncidentStatus, Partial<Record<Move, IncidentStatus>>>

const reasons: Record<Move, string> = {
  mitigate: 'it cannot go back to mitigating',
  prove: 'only an incident that is mitigating can be proven well',
  resolve: 'only an incident that is monitoring, so with a passed validation, can be resolved',
  settle: 'only an open or mitigating incident can be settled by the commander',
  close: 'resolve it first',
}

export type Step = { ok: true; status: IncidentStatus } | { ok: false; because: string }

/** Where a move leads from a status, or why it does not. */
export function advance(status: IncidentStatus, move: Move): Step {
  const next = (moves[status] as Partial<Record<Move, IncidentStatus>>)[move]
  return next ? { ok: true, status: next } : { ok: false, because: `the incident is ${status}: ${reasons[move]}` }
}
