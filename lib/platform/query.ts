import type { z } from 'zod'
import type { Actor } from './actor.ts'
import type { Db } from './db.ts'
import { db } from './db.ts'
import type { DomainEvent } from './events.ts'
import { Fault } from './fault.ts'
import type { Permission, Scope, Scopes } from './may.ts'
import { may, needsRole, scopesOf } from './may.ts'
import { parseInput } from './parse.ts'
import { contentHash } from './rules/hash.ts'

export interface ReadContext {
  db: Db
  /** What this class of readers may see. A shared query is told this and never who asks. */
  scopes: Scopes
}

/** Which live results an event makes stale: an input to match (absent keys match all), or null for none. */
export type Touches<I> = Record<string, (event: DomainEvent) => Partial<I> | null>

interface Common<I extends z.ZodType, S, R> {
  name: `${string}.${string}`
  summary: string
  permission: Permission
  input: I
  output?: z.ZodType<R>
  /** The object asked for and where it lies; leave out for lists, which filter by `scopes`. */
  load?(context: ReadContext, input: z.output<I>): Promise<{ subject: S; scope: Scope }>
  touches: Touches<z.output<I>>
  /** When the result changes by time alone, the next moment at which it does. */
  staleAt?(data: R): Date | null
}

export interface SharedQueryDefinition<I extends z.ZodType, S, R> extends Common<I, S, R> {
  audience?: 'shared'
  read(context: ReadContext, input: z.output<I>, subject: S): Promise<R>
}

/** A personal query: mine, unread. Its result is kept for one reader only. */
export interface PersonalQueryDefinition<I extends z.ZodType, S, R> extends Common<I, S, R> {
  audience: 'me'
  read(context: ReadContext & { actor: Actor }, input: z.output<I>, subject: S): Promise<R>
}

export type QueryDefinition<I extends z.ZodType, S, R> = SharedQueryDefinition<I, S, R> | PersonalQueryDefinition<I, S, R>

export type Query<I extends z.ZodType = z.ZodType, S = unknown, R = unknown> = QueryDefinition<I, S, R> & { type: 'query' }

/** One read. What leaves the server is built here: plain JSON, no `now`, nothing the class may not see. */
export const query = <I extends z.ZodType, S = undefined, R = unknown>(definition: QueryDefinition<I, S, R>): Query<I, S, R> => ({ ...definition, type: 'query' })

/** A result and its version: the hash of its canonical form, the same wherever it is computed. */
export interface Versioned<R> {
  data: R
  version: string
}

let projectsRead: { at: number; ids: readonly string[] } = { at: 0, ids: [] }

/** Every project's id; they are few and hardly change. */
async function everyProject(): Promise<readonly string[]> {
  if (Date.now() - projectsRead.at > 5_000) projectsRead = { at: Date.now(), ids: (await db().project.findMany({ select: { id: true } })).map((project) => project.id) }
  return projectsRead.ids
}

/** The class of readers that an actor belongs to for a query, or the refusal. */
export async function classOf(definition: Query<z.ZodType, unknown, unknown>, actor: Actor): Promise<Scopes> {
  const scopes = scopesOf(actor, definition.permission, await everyProject())
  if (scopes) return scopes
  throw actor.kind === 'anonymous' ? new Fault('unauthenticated', 'sign in first') : new Fault('forbidden', needsRole(definition.permission))
}

/** Runs a query for an actor. */
export async function ask<I extends z.ZodType, S, R>(definition: Query<I, S, R>, actor: Actor, raw: z.input<I>): Promise<Versioned<R>> {
  const input = parseInput(definition.input, raw)
  const scopes = await classOf(definition as unknown as Query, actor)
  return read(definition, actor, scopes, input)
}

/** The reader's own right to this very object; the class alone does not say it. The object, or the refusal. */
export async function reach<I extends z.ZodType, S, R>(definition: Query<I, S, R>, actor: Actor, scopes: Scopes, input: z.output<I>): Promise<S> {
  if (!definition.load) return undefined as S
  const { subject, scope } = await definition.load({ db: db(), scopes }, input)
  const decision = may(actor, definition.permission, scope)
  if (!decision.allowed) throw decision.hidden ? new Fault('not_found', 'there is no such thing here') : actor.kind === 'anonymous' ? new Fault('unauthenticated', decision.because) : new Fault('forbidden', decision.because)
  return subject
}

/** The same with the class already known: what the hub calls once for all readers of a class. */
export async function read<I extends z.ZodType, S, R>(definition: Query<I, S, R>, actor: Actor, scopes: Scopes, input: z.output<I>): Promise<Versioned<R>> {
  const context = { db: db(), scopes }
  const subject = await reach(definition, actor, scopes, input)
  const raw = definition.audience === 'me' ? await definition.read({ ...context, actor }, input, subject) : await definition.read(context, input, subject)
  // Plain JSON from here on, so that the server-rendered and the live result are the same bytes.
  const data = JSON.parse(JSON.stringify(raw ?? null)) as R
  return { data, version: contentHash(data) }
}
