import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'

const action = z.object({ kind: z.string(), params: z.unknown() })

const documentSchema = z.object({
  steps: z.array(
    z.object({
      key: z.string(),
      kind: z.string(),
      environment: z.string(),
      region: z.string().nullable(),
      agentKind: z.string(),
      timeoutMs: z.number().positive(),
      repeatable: z.boolean().default(false),
      params: z.unknown(),
      check: action.nullish(),
      compensate: action.nullish(),
    }),
  ),
})

export type PlannedAction = z.output<typeof action>
export type PlannedStep = z.output<typeof documentSchema>['steps'][number]

/** A plan whose document has the hash that it is named by. */
export interface BookedPlan {
  step: ReadonlyMap<string, PlannedStep>
}

/** How many plans are kept: those of the runs that an agent may be part of at a time, and then some. */
const keep = 16

/** Plans by their hash, each sent, hashed and read once: of a thousand steps that is most of the work of a lease. */
export class PlanBook {
  readonly #plans = new Map<string, BookedPlan>()

  /** What the server need not send again. */
  get hashes(): string[] {
    return [...this.#plans.keys()]
  }

  /** The plan of a lease, from its document or as it was kept; or what is wrong with it. */
  read({ document, hash }: { document: unknown; hash: string }): BookedPlan | { because: string } {
    const kept = this.#plans.get(hash)
    if (kept) {
      // The one asked for last goes last.
      this.#plans.delete(hash)
      this.#plans.set(hash, kept)
      return kept
    }
    if (document === null) return { because: 'the lease brings no plan, and this agent does not have it' }
    if (hashOf(document) !== hash) return { because: 'the plan is not the one its hash names' }
    const parsed = documentSchema.safeParse(document)
    if (!parsed.success) return { because: `the plan is not as the protocol says: ${parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; ')}` }
    const plan: BookedPlan = { step: new Map(parsed.data.steps.map((step) => [step.key, step])) }
    const oldest = this.#plans.keys().next()
    if (this.#plans.size >= keep && !oldest.done) this.#plans.delete(oldest.value)
    this.#plans.set(hash, plan)
    return plan
  }
}

function hashOf(document: unknown): string {
  try {
    return `sha256:${createHash('sha256').update(canonicalize(document) ?? '').digest('hex')}`
  } catch {
    return ''
  }
}
