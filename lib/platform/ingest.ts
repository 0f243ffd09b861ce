import type { z } from 'zod'
import type { Actor } from './actor.ts'
import { now as clock } from './clock.ts'
import type { Db } from './db.ts'
import { db } from './db.ts'
import { Fault } from './fault.ts'
import type { Permission, Scope } from './may.ts'
import { may } from './may.ts'
import { parseInput } from './parse.ts'

export interface IngestContext {
  db: Db
  actor: Actor
  now: Date
  /** Ends when the client goes away or the server drains: long polls listen to it. */
  signal: AbortSignal
}

export interface IngestDefinition<I extends z.ZodType, S, R> {
  name: `${string}.${string}`
  summary: string
  permission: Permission
  input: I
  output?: z.ZodType<R>
  load(context: IngestContext, input: z.output<I>): Promise<{ subject: S; scope: Scope | null }>
  write(context: IngestContext, input: z.output<I>, subject: S): Promise<R>
}

export interface Ingest<I extends z.ZodType = z.ZodType, S = unknown, R = unknown> extends IngestDefinition<I, S, R> {
  type: 'ingest'
}

/** Bulk facts: heartbeats, samples, log lines. Capped by its schema, no record per row; a change of state they cause is a command. */
export const ingest = <I extends z.ZodType, S, R>(definition: IngestDefinition<I, S, R>): Ingest<I, S, R> => ({ ...definition, type: 'ingest' })

export async function accept<I extends z.ZodType, S, R>(definition: Ingest<I, S, R>, actor: Actor, raw: z.input<I>, signal: AbortSignal): Promise<R> {
  const input = parseInput(definition.input, raw)
  const context: IngestContext = { db: db(), actor, now: clock(), signal }
  const { subject, scope } = await definition.load(context, input)
  const decision = may(actor, definition.permission, scope)
  if (!decision.allowed) throw actor.kind === 'anonymous' ? new Fault('unauthenticated', decision.because) : decision.hidden ? new Fault('not_found', 'there is no such thing here') : new Fault('forbidden', decision.because)
  return definition.write(context, input, subject)
}
