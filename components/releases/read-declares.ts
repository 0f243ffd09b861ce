export interface DeclaresShown {
  offers: { contract: string; version: string }[]
  calls: { contract: string; range: string; scope: string }[]
  schema: { database: string; reads: [number, number]; writes: number } | null
  oneWay: string | null
  besideItself: boolean
}

const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : [])

/** What a release said of itself, from the stored document; parts it did not say are empty. */
export const readDeclares = (declares: Record<string, unknown>): DeclaresShown => ({
  offers: listOf(declares['offers']),
  calls: listOf(declares['calls']),
  schema: (declares['schema'] as DeclaresShown['schema'] | undefined) ?? null,
  oneWay: typeof declares['oneWay'] === 'string' ? declares['oneWay'] : null,
  besideItself: declares['besideItself'] !== false,
})
