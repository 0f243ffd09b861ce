import type { Actor } from './actor.ts'
import { system } from './actor.ts'
import type { ExecuteOptions } from './command.ts'
import { pool } from './db.ts'
import type { DomainEvent } from './events.ts'
import { faultOf, isFault } from './fault.ts'
import { log } from './log.ts'
import type { Cursor, Relay } from './relay.ts'
import { endOfOutbox, startRelay } from './relay.ts'

/** What a room does about news from its left. Done at most once an event: its command claims (reaction, event) in its own transaction. */
export interface Reaction {
  /** Unique; part of the claim. */
  name: string
  on: string | readonly string[]
  react(event: DomainEvent, how: { actor: Actor; options: ExecuteOptions }): Promise<void>
}

export const reaction = (definition: Reaction): Reaction => definition

/** Tries before an event that cannot be digested is left behind, loudly. A database that is away counts for none. */
const maxTries = 8
const awayMs = 1_000

/**
 * Hands every event to the reactions that want it, in order. One engine at a time holds the consumer's advisory lock;
 * another takes over when its connection ends.
 */
export async function startReactions(reactions: readonly Reaction[]): Promise<{ stop(): Promise<void> }> {
  const byEvent = new Map<string, Reaction[]>()
  for (const one of reactions) for (const name of [one.on].flat()) byEvent.set(name, [...(byEvent.get(name) ?? []), one])
  let stopped = false
  let relay: Relay | null = null
  let release: (() => void) | null = null

  const lead = async (): Promise<void> => {
    while (!stopped) {
      const client = await pool().connect().catch(() => null)
      if (client) {
        const lost = new Promise<void>((resolve) => {
          client.on('error', () => resolve())
          client.on('end', () => resolve())
          release = resolve
        })
        try {
          const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(hashtext('knowngood-reactions')) as got`)
          if (rows[0]?.got) {
            relay = await startRelay({ from: await loadCursor(), listen: true, deliver: async (events, cursor) => digest(byEvent, events, cursor, () => stopped) })
            await lost
            await relay.stop()
            relay = null
          }
        } catch (error) {
          log('reactions').warn({ err: error }, 'reactions stopped; trying again')
          await (relay as Relay | null)?.stop()
          relay = null
        }
        client.release(true)
      }
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  const running = lead()
  return {
    stop: async () => {
      stopped = true
      release?.()
      await running
    },
  }
}

async function digest(byEvent: Map<string, Reaction[]>, events: DomainEvent[], cursor: Cursor, stopped: () => boolean): Promise<void> {
  for (const event of events) {
    for (const one of byEvent.get(event.name) ?? []) {
      await withPatience(one, event, stopped)
      if (stopped()) throw new Error('stopping')
    }
  }
  await saveCursor(cursor)
}

async function withPatience(one: Reaction, event: DomainEvent, stopped: () => boolean): Promise<void> {
  for (let attempt = 1; !stopped(); ) {
    try {
      await one.react(event, { actor: system(one.name), options: { reaction: { name: one.name, eventId: event.eventId } } })
      return
    } catch (error) {
      // A refusal is an answer: the world has moved on since the event.
      if (isFault(error) && !['internal', 'unavailable'].includes(error.code)) {
        log('reactions').info({ reaction: one.name, event: event.name, subject: event.subject, because: error.message }, 'refused')
        return
      }
      log('reactions').warn({ reaction: one.name, event: event.name, subject: event.subject, attempt, err: error }, 'failed; trying again')
      // Nothing is wrong with the event: an outage of any length must not cost a reaction.
      const away = faultOf(error).code === 'unavailable' && !(await isThere())
      if (!away && attempt >= maxTries) {
        log('reactions').error({ reaction: one.name, event }, 'left behind')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, away ? awayMs : Math.min(4_000, 100 * 2 ** attempt)))
      if (!away) attempt++
    }
  }
}

/** Whether the database answers: a transaction that is merely too slow for it is the event's own trouble. */
const isThere = (): Promise<boolean> => pool().query('select 1').then(() => true, () => false)

async function loadCursor(): Promise<Cursor> {
  const { rows } = await pool().query<{ xid: string; position: string }>(`select xid, position from outbox_cursor where consumer = 'reactions'`)
  if (rows[0]) return { xid: BigInt(rows[0].xid), position: BigInt(rows[0].position) }
  // A first start has nothing to catch up with.
  const end = await endOfOutbox()
  await saveCursor(end)
  return end
}

async function saveCursor(cursor: Cursor): Promise<void> {
  await pool().query(
    `insert into outbox_cursor (consumer, xid, position) values ('reactions', $1, $2)
     on conflict (consumer) do update set xid = excluded.xid, position = excluded.position`,
    [cursor.xid.toString(), cursor.position.toString()],
  )
}
