import type { PlanDocument } from '../model.ts'

/** What a step does to a database's schema, and from when on it has to be reckoned with. */
export interface SchemaEffect {
  database: string
  /** Null = one for all regions. */
  region: string | null
  version: number
  /** `begins`: it may be half done from the moment it is leased; `succeeded`: it is so once the step has succeeded. */
  when: 'begins' | 'succeeded'
}

/** What a release declares of its database. */
export interface DeclaredSchema {
  database: string
  scope: 'region' | 'global'
  writes: number
}

/**
 * The effects of a plan's steps on schemas, by step key. A release migrates up when it starts, so a deploy counts from its
 * lease on; a step that takes a version back counts only when it has succeeded. Both err on the side of the higher version.
 */
export function schemaEffects(document: PlanDocument, schemaOf: ReadonlyMap<string, DeclaredSchema>): Map<string, SchemaEffect> {
  const effects = new Map<string, SchemaEffect>()
  const moves = new Map(document.moves.map((move) => [move.target, move]))
  for (const step of document.steps) {
    if (step.role !== 'deploy' || !step.target) continue
    const move = moves.get(step.target)
    const schema = move && schemaOf.get(move.to.releaseId)
    if (schema) effects.set(step.key, { database: schema.database, region: schema.scope === 'region' ? move.region : null, version: schema.writes, when: 'begins' })
  }
  for (const { database, region, to, step } of document.migrations) effects.set(step, { database, region, version: to, when: 'succeeded' })
  return effects
}
