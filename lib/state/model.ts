import { z } from 'zod'

/** Who holds a lock: a run, as a rule. */
export const lockOwnerSchema = z.strictObject({ kind: z.string().regex(/^[a-z][a-z-]{0,39}$/, 'a kind of owner, as `run`'), id: z.uuid() })
export type LockOwner = z.infer<typeof lockOwnerSchema>
