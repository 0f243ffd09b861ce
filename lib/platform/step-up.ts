import { createHash } from 'node:crypto'
import type { Actor } from './actor.ts'
import type { Tx } from './db.ts'
import { db } from './db.ts'
import { Fault } from './fault.ts'
import { matchingStep } from './rules/totp.ts'
import { unseal } from './secrets.ts'

/** A second factor that was given this long ago still counts. */
const freshMinutes = 5
/** So many wrong codes, and none is looked at until the time is over. */
const mostGuesses = 5
const guessMinutes = 5

/** Who must have given a second factor: whoever the project asks, or only who has one (to change one's own). */
export type StepUp = 'project' | 'own'

/** Refuses a person who would have to prove once more that it is they. Machines and agents have a key for that; judged by the database's clock, for this session alone. */
export async function assertProven(tx: Tx, actor: Actor, stepUp: StepUp, projectId: string): Promise<void> {
  if (actor.kind !== 'person') return
  const [row] = await tx.$queryRaw<{ enrolled: boolean; everyone: boolean; proven: boolean }[]>`
    select exists (select from second_factor f where f.person_id = ${actor.id}::uuid and f.confirmed_at is not null) as enrolled,
      coalesce((select step_up = 'everyone' from project where id = ${projectId}::uuid), false) as everyone,
      exists (select from session s where s.id = ${actor.sessionId}::uuid and s.person_id = ${actor.id}::uuid and s.proven_at > now() - make_interval(mins => ${freshMinutes}::int)) as proven`
  if (!row || row.proven || (!row.enrolled && !(row.everyone && stepUp === 'project'))) return
  throw row.enrolled
    ? new Fault('step_up_required', `prove that it is you: give a code from your authenticator app, no older than ${freshMinutes} minutes`, { enrolled: true })
    : new Fault('step_up_required', 'this project asks everybody for a second factor here, and you have none yet; add one under “You”', { enrolled: false })
}

/**
 * Takes one of the five guesses; refused once they are used up. Before the command's transaction, so that a guess that was
 * wrong is counted although all else is undone, and none waits for a second connection while it holds one; the row's lock
 * counts parallel ones one by one. Who has no second factor has nothing that could be guessed.
 */
export async function takeGuess(actor: Actor): Promise<void> {
  if (actor.kind !== 'person') return
  const personId = actor.id
  if ((await db().secondFactor.count({ where: { personId, confirmedAt: { not: null } } })) === 0) return
  const taken = await db().$executeRaw`
    insert into factor_guess as g (person_id, since, count) values (${personId}::uuid, now(), 1)
    on conflict (person_id) do update set
      since = case when g.since < now() - make_interval(mins => ${guessMinutes}::int) then now() else g.since end,
      count = case when g.since < now() - make_interval(mins => ${guessMinutes}::int) then 1 else g.count + 1 end
    where g.count < ${mostGuesses}::int or g.since < now() - make_interval(mins => ${guessMinutes}::int)`
  if (taken === 0) throw new Fault('throttled', `too many codes were tried; wait ${guessMinutes} minutes`, { retryAfter: guessMinutes * 60 })
}

export const recoveryHash = (code: string): string => createHash('sha256').update(code.toUpperCase().replaceAll(/[^A-Z2-7]/g, '')).digest('hex')

/** Takes a code of this factor: right, of now, and never taken before. */
export async function takeCode(tx: Tx, factor: { id: string; secret: string }, code: string, now: Date): Promise<boolean> {
  const step = matchingStep(Buffer.from(unseal(factor.secret, { table: 'second_factor', row: factor.id, column: 'secret' }), 'base64'), code, now.getTime())
  if (step === null) return false
  const { count } = await tx.secondFactor.updateMany({ where: { id: factor.id, lastStep: { lt: step } }, data: { lastStep: step } })
  return count === 1
}

/** Notes on the session that its holder has just proven who they are, and gives the guesses back. */
export async function markProven(tx: Tx, actor: Extract<Actor, { kind: 'person' }>): Promise<void> {
  await tx.$executeRaw`update session set proven_at = now() where id = ${actor.sessionId}::uuid`
  await tx.factorGuess.deleteMany({ where: { personId: actor.id } })
}

/** Ends all of a person's sessions, by the database's clock. */
export async function endSessions(tx: Tx, personId: string): Promise<void> {
  await tx.$executeRaw`update person set sessions_expired_at = now() where id = ${personId}::uuid`
}
