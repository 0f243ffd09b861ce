/** An expected failure of a step: a sentence for people, no stack. */
export class Because extends Error {
  /** What was found out although it failed. */
  readonly result: Record<string, unknown> | null

  constructor(message: string, result: Record<string, unknown> | null = null) {
    super(message)
    this.result = result
  }
}

/** It was looked, and the answer is no. A check that ends otherwise does not know. */
export class NotSo extends Because {}

/** The sentence to report; what nobody expected says so. */
export const becauseOf = (error: unknown): string => (error instanceof Because ? error.message : `unexpected: ${error instanceof Error ? error.message : String(error)}`)
