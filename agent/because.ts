/** An expected failure of a step: a sentence for people, no stack. */
export class Because extends Error {
  /** What was found out although it failed. */
  readonly result: Record<string, unknown> | null

  constructor(message: string, result: Record<string, unknown> | null = null) {
    super(message)
    this.result = result
  }
}

/** The sentence to report; what nobody expected says so. */
export const becauseOf = (error: unknown): string => (error instanceof Because ? error.message : `unexpected: ${error instanceof Error ? error.message : String(error)}`)
