/** Kinds whose results are made to be read. A snapshot's result is a configuration, with whatever is in it: never shown. */
const readable: ReadonlySet<string> = new Set(['ansible', 'terraform'])

/** About four screens; what is longer is in the log. */
const mostCharacters = 24_000

/** What a step reported, as far as a screen may have it; null where there is nothing to show. */
export function shownResult(stepKind: string, result: unknown): Record<string, unknown> | null {
  if (!readable.has(stepKind) || typeof result !== 'object' || result === null || Array.isArray(result)) return null
  return JSON.stringify(result).length <= mostCharacters ? (result as Record<string, unknown>) : null
}
