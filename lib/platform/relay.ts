import pg from 'pg'
import { bell } from './bell.ts'
import { pool } from './db.ts'
import { env } from './env.ts'
import type { DomainEvent } from './events.ts'
import { log } from './log.ts'

export interface Cursor {
  xid: bigint
  position: bigint
}

interface OutboxRow {
  position: string
  xid: string
  event_id: string
  project_id: string
  v: number
  name: string
  subject: string
  subject_version: number
  incident_id: string | null
  data: Record<string, unknown>
  at: Date
  settled: boolean
}

const columns = 'position, xid, event_id, project_id, v, name, subject, subject_version, incident_id, data, at'

/**
 * Events after the cursor whose transactions are all over. A sequence alone would show a later number before an earlier
 * one commits; nothing at or above the oldest running transaction is read, so none is ever missed. `held` says that there
 * is such news already, and only an older transaction keeps it back.
 */
export async function eventsAfter(cursor: Cursor, limit: number): Promise<{ events: DomainEvent[]; cursor: Cursor; held: boolean }> {
  const { rows: found } = await pool().query<OutboxRow>({
    name: 'outbox-after',
    text: `select ${columns}, xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint as settled from outbox where (xid, position) > ($1::bigint, $2::bigint) order by xid, position limit $3`,
    values: [cursor.xid.toString(), cursor.position.toString(), limit],
  })
  const rows = found.filter((row) => row.settled)
  const last = rows.at(-1)
  return {
    held: rows.length < found.length,
    events: rows.map((row) => ({ eventId: row.event_id, projectId: row.project_id, v: row.v, name: row.name, subject: row.subject, subjectVersion: row.subject_version, incidentId: row.incident_id, data: row.data, at: row.at })),
    cursor: last ? { xid: BigInt(last.xid), position: BigInt(last.position) } : cursor,
  }
}

/** Where the outbox ends now: for readers who only care about what comes next. */
export async function endOfOutbox(): Promise<Cursor> {
  const { rows } = await pool().query<{ xid: string; position: string }>(
    `select xid, position from outbox where xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint order by xid desc, position desc limit 1`,
  )
  return rows[0] ? { xid: BigInt(rows[0].xid), position: BigInt(rows[0].position) } : { xid: 0n, position: 0n }
}

/** A lost bell costs at most this. */
const pollMs = 500
/** Nobody rings when a transaction ends that kept news back (a sample, a heartbeat): then we look again, at growing pauses. */
const heldMs = 4
/** NOTIFY takes an instance-wide lock at commit: one per tick and outside the writing transaction. */
const notifyTickMs = 20
const batch = 500

export interface Relay {
  stop(): Promise<void>
  /** Milliseconds since the outbox was last read without trouble. */
  age(): number
}

/**
 * Follows the outbox: wakes at the bell of this process, at NOTIFY of others, and every half second in any case.
 * `deliver` gets events in order; if it fails, the same events come again.
 */
export async function startRelay(options: { from: Cursor; deliver(events: DomainEvent[], cursor: Cursor): Promise<void> | void; listen: boolean; onTrouble?(away: boolean): void }): Promise<Relay> {
  let cursor = options.from
  let stopped = false
  let away = false
  let readAt = Date.now()
  let wake: () => void = () => {}
  let rung = false
  /** How often in a row a look found nothing but what is kept back. */
  let heldLooks = 0
  const ring = (): void => {
    rung = true
    wake()
  }
  const offBell = bell().onRing(ring)
  const listener = options.listen ? startListener(ring) : null

  const setAway = (next: boolean, error?: unknown): void => {
    if (next === away) return
    away = next
    log('relay').warn({ away, error: (error as Error | undefined)?.message }, away ? 'the outbox cannot be read' : 'the outbox can be read again')
    options.onTrouble?.(away)
  }

  const loop = (async () => {
    while (!stopped) {
      rung = false
      try {
        const read = await eventsAfter(cursor, batch)
        if (read.events.length > 0) await options.deliver(read.events, read.cursor)
        cursor = read.cursor
        heldLooks = !read.held ? 0 : read.events.length > 0 ? 1 : heldLooks + 1
        readAt = Date.now()
        setAway(false)
        if (read.events.length === batch) continue
      } catch (error) {
        heldLooks = 0
        setAway(true, error)
      }
      if (rung || stopped) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, heldLooks === 0 ? pollMs : Math.min(pollMs, heldMs * 2 ** (heldLooks - 1)))
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()

  return {
    age: () => Date.now() - readAt,
    stop: async () => {
      stopped = true
      offBell()
      wake()
      await Promise.all([loop, listener?.stop()])
    },
  }
}

/** One connection that carries the bell between processes, and comes back when it is lost. */
function startListener(ring: () => void): { stop(): Promise<void> } {
  let stopped = false
  let client: pg.Client | null = null
  let pending: NodeJS.Timeout | null = null

  const offBell = bell().onRing(() => {
    if (pending) return
    pending = setTimeout(() => {
      pending = null
      client?.query('notify knowngood').catch(() => {})
    }, notifyTickMs)
  })

  const connect = async (): Promise<void> => {
    while (!stopped) {
      const next = new pg.Client({ connectionString: env().DATABASE_URL, application_name: 'knowngood-bell', keepAlive: true, connectionTimeoutMillis: 4000 })
      const lost = new Promise<void>((resolve) => {
        next.on('error', () => resolve())
        next.on('end', () => resolve())
      })
      try {
        await next.connect()
        await next.query('listen knowngood')
        client = next
        // Wakes this relay only: ringing the bell again would make two processes ring each other for ever.
        next.on('notification', ring)
        ring()
        await lost
      } catch {
        await next.end().catch(() => {})
      }
      client = null
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  const running = connect()
  return {
    stop: async () => {
      stopped = true
      offBell()
      if (pending) clearTimeout(pending)
      await client?.end().catch(() => {})
      await running
    },
  }
}
