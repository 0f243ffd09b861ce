import type { Context } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { recordSchema } from '#lib/state/commands/record-schema.ts'
import type { PlanDocument } from './model.ts'
import type { DeclaredSchema, SchemaEffect } from './rules/schema-effects.ts'
import { schemaEffects } from './rules/schema-effects.ts'

/** What each step of a plan does to a schema, by step key; most do nothing. */
export async function loadSchemaEffects(tx: Tx, document: PlanDocument): Promise<Map<string, SchemaEffect>> {
  const rows = await tx.$queryRaw<({ id: string } & DeclaredSchema)[]>`
    select id, declares #>> '{schema,database}' as database, coalesce(declares #>> '{schema,scope}', 'region') as scope, (declares #>> '{schema,writes}')::int as writes
    from release where id = any(${document.moves.map((move) => move.to.releaseId)}::uuid[]) and jsonb_typeof(declares -> 'schema') = 'object'`
  return schemaEffects(document, new Map(rows.map((row) => [row.id, row])))
}

/** Keeps what a step does to a schema, in the commit in which it begins or has succeeded. */
export async function keepSchema(context: Context, environmentId: string, effect: unknown, now: SchemaEffect['when']): Promise<void> {
  const known = effect as SchemaEffect | null
  if (known?.when !== now) return
  const { database, region, version } = known
  await context.call(recordSchema, { environmentId, database, region, version, how: now === 'begins' ? 'raise' : 'set' })
}
