import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Actor } from './actor.ts'
import { bell } from './bell.ts'
import { now as clock } from './clock.ts'
import type { Tx } from './db.ts'
import { db, isUniqueViolation } from './db.ts'
import type { EventDraft } from './events.ts'
import { failpoint } from './failpoint.ts'
import { Fault, isFault } from './fault.ts'
import { newId } from './id.ts'
import { log } from './log.ts'
import type { Permission, Scope } from './may.ts'
import { may } from './may.ts'
import { parseInput } from './parse.ts'
import type { RecordDraft } from './records.ts'
import { append } from './records.ts'
import { canonicalJson } from './rules/hash.ts'
import type { StepUp } from './step-up.ts'
import { assertProven, takeGuess } from './step-up.ts'

/** What a command works with. Time and identity come in here; nothing in `commands/` reads a clock. */
export interface Context {
  tx: Tx
  actor: Actor
  now: Date
  newId(): string
  /** Runs another command's `load` and `run` in this transaction; its record and events join ours. The caller's right covers it. */
  call<I extends z.ZodType, S, R>(other: Command<I, S, R>, input: z.input<I>): Promise<R>
}

export interface Outcome<R> {
  result: R
  /** At least one, unless nothing changed. */
  events: readonly EventDraft[]
  /** What the record says beside the input. The subject defaults to the first event's. */
  record?: { subjectKind?: string; subjectId?: string; incidentId?: string | null; payload?: Record<string, unknown> }
}

export interface Loaded<S> {
  subject: S
  scope: Scope
}

export interface CommandDefinition<I extends z.ZodType, S, R> {
  /** `noun.verb`: route, record, event and test say the same word. */
  name: `${string}.${string}`
  /** One sentence for the API's document. */
  summary: string
  permission: Permission
  /** A person must have given a second factor a moment ago: `project` where the project asks them to, `own` where they have one. */
  stepUp?: StepUp
  /** Whoever asks tries a code of theirs: five times at most, then not for a while. */
  guesses?: boolean
  input: I
  output?: z.ZodType<R>
  /** Input keys that never reach a record. */
  secret?: readonly string[]
  /** The answer holds a secret: it is not kept, and a repeated Idempotency-Key is told so instead of being answered again. */
  secretAnswer?: boolean
  /** HTTP status of success; 200 unless something was created. */
  status?: 200 | 201 | 202
  /** Returns the object and where it lies; absent = Fault not_found. May lock it. */
  load(context: Context, input: z.output<I>): Promise<Loaded<S>>
  run(context: Context, input: z.output<I>, subject: S): Promise<Outcome<R>>
}

export interface Command<I extends z.ZodType = z.ZodType, S = unknown, R = unknown> extends CommandDefinition<I, S, R> {
  type: 'command'
}

/** One write. The wrapper parses, opens the transaction, asks `may`, and puts record and events into the same commit. */
export const command = <I extends z.ZodType, S, R>(definition: CommandDefinition<I, S, R>): Command<I, S, R> => ({ ...definition, type: 'command' })

export interface ExecuteOptions {
  /** The client's Idempotency-Key: the same key and input answer the same, once done. */
  idempotencyKey?: string
  /** Set by reactions: done at most once for this event. */
  reaction?: { name: string; eventId: string }
}

const secretAnswerKept = { kept: false }
const deniedBy = Symbol('denied')
const alreadyDone = Symbol('already done')

/** Runs a command for an actor. Deadlocks and serialisation failures are tried again; everything else is the caller's answer. */
export async function execute<I extends z.ZodType, S, R>(definition: Command<I, S, R>, actor: Actor, raw: z.input<I>, options: ExecuteOptions = {}): Promise<R> {
  const input = parseInput(definition.input, raw)
  if (definition.guesses) await takeGuess(actor)
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(definition, actor, input, options)
    } catch (error) {
      if (isAlreadyDone(error)) return undefined as R
      const denied = deniedOf(error)
      if (denied) {
        await recordDenial(definition.name, actor, denied).catch((failure: unknown) => log('command').error({ err: failure }, 'a denial could not be recorded'))
        throw error
      }
      if (attempt < 4 && isRetryable(error)) continue
      throw error
    }
  }
}

async function once<I extends z.ZodType, S, R>(definition: Command<I, S, R>, actor: Actor, input: z.output<I>, options: ExecuteOptions): Promise<R> {
  const now = clock()
  const result = await db().$transaction(
    async (tx) => {
      const records: RecordDraft[] = []
      const events: (EventDraft & { projectId: string })[] = []
      const replay = options.idempotencyKey ? await claimKey(tx, actor, options.idempotencyKey, definition.name, input, now) : null
      if (replay) {
        if (definition.secretAnswer) throw new Fault('conflict', 'this was done already, and its secret is shown only once; make another')
        return replay.response as R
      }
      if (options.reaction) await claimReaction(tx, options.reaction, now)

      const context: Context = { tx, actor, now, newId, call: (other, otherInput) => step(other, parseInput(other.input, otherInput), false) }

      const step = async <OI extends z.ZodType, OS, OR>(one: Command<OI, OS, OR>, oneInput: z.output<OI>, judged: boolean): Promise<OR> => {
        const { subject, scope } = await one.load(context, oneInput)
        if (judged) {
          const decision = may(actor, one.permission, scope)
          if (!decision.allowed) throw denial(actor, decision.because, decision.hidden, scope)
          if (one.stepUp) await assertProven(tx, actor, one.stepUp, scope.projectId).catch((error: unknown) => { throw isFault(error) ? marked(error, error.message, scope) : error })
        }
        // A rule inside the command may refuse a person as well as the table of rights: that is kept too.
        const outcome = await one.run(context, oneInput, subject).catch((error: unknown) => {
          throw isFault(error) && (error.code === 'forbidden' || error.code === 'unauthenticated') ? marked(error, error.message, scope) : error
        })
        const first = outcome.events[0]
        if (first || outcome.record) {
          records.push({
            projectId: scope.projectId,
            actor,
            action: one.name,
            subjectKind: outcome.record?.subjectKind ?? one.name.split('.')[0] ?? 'thing',
            subjectId: outcome.record?.subjectId ?? first?.subject ?? '',
            incidentId: outcome.record?.incidentId ?? outcome.events.find((event) => event.incidentId)?.incidentId ?? null,
            payload: { input: withoutSecrets(oneInput, one.secret), ...outcome.record?.payload },
          })
        }
        events.push(...outcome.events.map((event) => ({ ...event, projectId: scope.projectId })))
        return outcome.result
      }

      const result = await step(definition, input, true)
      if (records.length || events.length) await append(tx, records, events, now)
      if (options.idempotencyKey) await storeAnswer(tx, actor, options.idempotencyKey, definition.secretAnswer ? secretAnswerKept : result)
      failpoint(`before-commit/${definition.name}`)
      return result
    },
    { maxWait: 5_000, timeout: 20_000 },
  )
  failpoint(`after-commit/${definition.name}`)
  bell().ring()
  return result
}

function withoutSecrets(input: unknown, secret: readonly string[] = []): unknown {
  if (typeof input !== 'object' || input === null || secret.length === 0) return input
  return Object.fromEntries(Object.entries(input).filter(([key]) => !secret.includes(key)))
}

/** A refusal that the record of denials keeps, with where it happened. */
function denial(actor: Actor, because: string, hidden: boolean, scope: Scope): Fault {
  const fault = actor.kind === 'anonymous' ? new Fault('unauthenticated', because) : hidden ? new Fault('not_found', 'there is no such thing here') : new Fault('forbidden', because)
  return marked(fault, because, scope)
}

const marked = (fault: Fault, because: string, scope: Scope): Fault => (deniedBy in fault ? fault : Object.assign(fault, { [deniedBy]: { scope, because } }))

const deniedOf = (error: unknown): { scope: Scope; because: string } | null =>
  isFault(error) && deniedBy in error ? (error as Fault & { [deniedBy]: { scope: Scope; because: string } })[deniedBy] : null

async function recordDenial(name: string, actor: Actor, { scope, because }: { scope: Scope; because: string }): Promise<void> {
  await db().$transaction((tx) =>
    append(tx, [{ projectId: scope.projectId, actor, action: `denied:${name}`, subjectKind: 'permission', subjectId: name, incidentId: null, payload: { because } }], [], clock()),
  )
}

async function claimReaction(tx: Tx, { name, eventId }: { name: string; eventId: string }, now: Date): Promise<void> {
  const claimed = await tx.$executeRaw`insert into reaction_done (reaction, event_id, at) values (${name}, ${eventId}::uuid, ${now}::timestamptz) on conflict do nothing`
  if (claimed === 0) throw Object.assign(new Error('already done'), { [alreadyDone]: true })
}

const isAlreadyDone = (error: unknown): boolean => typeof error === 'object' && error !== null && alreadyDone in error

/** Claims the key for this transaction, or returns the answer given before. A second one in flight waits for the first. */
async function claimKey(tx: Tx, actor: Actor, key: string, name: string, input: unknown, now: Date): Promise<{ response: unknown } | null> {
  const fingerprint = createHash('sha256').update(name).update('\n').update(canonicalJson(JSON.parse(JSON.stringify(input ?? null)))).digest('hex')
  const claimed = await tx.$executeRaw`
    insert into idempotency_key (actor_id, key, command, fingerprint, response, created_at)
    values (${actor.id}, ${key}, ${name}, ${fingerprint}, 'null'::jsonb, ${now}::timestamptz) on conflict do nothing`
  if (claimed === 1) return null
  const [row] = await tx.$queryRaw<{ fingerprint: string; response: unknown }[]>`select fingerprint, response from idempotency_key where actor_id = ${actor.id} and key = ${key}`
  if (row?.fingerprint !== fingerprint) throw new Fault('invalid', 'this Idempotency-Key was used for another request', { fields: [{ field: 'Idempotency-Key', message: 'use a new key for a new request' }] })
  return { response: row.response }
}

const storeAnswer = (tx: Tx, actor: Actor, key: string, response: unknown): Promise<number> =>
  tx.$executeRaw`update idempotency_key set response = ${JSON.stringify(response ?? null)}::jsonb where actor_id = ${actor.id} and key = ${key}`

/** Two transactions in each other's way: both are right, one goes again. */
function isRetryable(error: unknown): boolean {
  if (isFault(error) || isUniqueViolation(error)) return false
  const text = `${(error as { code?: string }).code ?? ''} ${(error as { meta?: { code?: string } }).meta?.code ?? ''} ${(error as Error).message ?? ''}`
  return /40P01|40001|P2034|deadlock detected|could not serialize/.test(text)
}
