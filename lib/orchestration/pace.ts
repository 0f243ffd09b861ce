import { z } from 'zod'

/** How fast agents are asked to speak, in milliseconds. A lease outlives three missed renewals less a margin. */
export const agentPace = { leaseMs: 15_000, heartbeatMs: 2_000, sampleMs: 1_000 } as const

export { agentSilentMs } from '#lib/catalog/model.ts'

/** Added to a lease before another agent may have the step: the first one's guard kills it well before. */
export const leaseMarginMs = 2_000

export const stepKindSchema = z.string().regex(/^[a-z][a-z-]{0,39}$/, 'a step kind, as `deploy`')
