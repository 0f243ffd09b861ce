import type { Server, Socket } from 'socket.io'
import type { z } from 'zod'
import type { Actor } from './actor.ts'
import type { DomainEvent } from './events.ts'
import { Fault, faultOf, problemOf } from './fault.ts'
import { log } from './log.ts'
import type { Scopes } from './may.ts'
import { parseInput } from './parse.ts'
import type { Query, Versioned } from './query.ts'
import { classOf, reach, read } from './query.ts'
import { contentHash } from './rules/hash.ts'
import type { Delta } from './rules/diff.ts'
import { diff } from './rules/diff.ts'
import { actorOfSession } from './session.ts'

/** A burst is one frame per tick; a room that has been idle sends at once. */
const tickMs = 33
/** Grants are looked at again this often, so that a revoked reader is cut off within 5 s. */
const recheckMs = 4_000
/** A reader may follow this many results at once. */
const maxSubscriptions = 40
/** A result that cannot be read because the database is away is tried again this often. */
const awayMs = 500

interface Room {
  key: string
  query: Query
  input: unknown
  scopes: Scopes
  /** For personal queries, the reader; for shared ones, one who may: all of a class read the same. */
  actor: Actor
  current: { data: unknown; version: string } | null
  members: Set<Socket>
  dirty: boolean
  reading: Promise<void> | null
  lastSentAt: number
  timer: NodeJS.Timeout | null
  staleTimer: NodeJS.Timeout | null
}

/** A frame from the hub. `delta` applies exactly to `from`; without it, `data` is the whole. */
export type Frame = { room: string; at: number; version: string } & ({ from: string; delta: Delta } | { data: unknown })

export interface Hub {
  attach(io: Server): void
  relay(events: DomainEvent[]): void
  /** Whether the database can be read: every dashboard is told at once. */
  setAway(away: boolean): void
  stop(): void
  stats(): { rooms: number; sockets: number }
}

interface Held {
  actor: Actor
  grants: string
  rooms: Set<Room>
  /** Subscriptions that are still being read. */
  asking: number
}

/**
 * Keeps one current result for each (query, input, class) and sends the difference to all who follow it:
 * a change costs one read, whatever the number of dashboards.
 */
export function createHub(queries: ReadonlyMap<string, Query>): Hub {
  const rooms = new Map<string, Room>()
  const held = new Map<Socket, Held>()
  let io: Server | null = null
  let away = false
  /** How often news came: who reads meanwhile may have read too early. */
  let relayed = 0

  const isKept = (room: Room): boolean => rooms.get(room.key) === room

  async function refresh(room: Room): Promise<void> {
    room.dirty = false
    const before = room.current
    const next = await read(room.query, room.actor, room.scopes, room.input)
    // The last reader left meanwhile: a timer set now would read for nobody, for ever.
    if (!isKept(room)) return
    room.current = next
    scheduleStale(room)
    if (before && before.version === next.version) return
    room.lastSentAt = Date.now()
    if (room.members.size === 0 || !before) return
    const frame: Frame = { room: room.key, at: Date.now(), version: next.version, from: before.version, delta: diff(before.data as never, next.data as never) }
    io?.to(room.key).emit('frame', frame)
  }

  function schedule(room: Room, pauseMs = 0): void {
    room.dirty = true
    if (room.timer || room.reading) return
    const wait = Math.max(pauseMs, tickMs - (Date.now() - room.lastSentAt))
    room.timer = setTimeout(() => {
      room.timer = null
      room.reading = refresh(room)
        .then(() => 0, (error: unknown) => evict(room, error))
        .then((pause) => {
          room.reading = null
          // What changed while we were reading is not in what we read.
          if (room.dirty && isKept(room)) schedule(room, pause)
        })
    }, wait)
  }

  function scheduleStale(room: Room): void {
    if (room.staleTimer) clearTimeout(room.staleTimer)
    room.staleTimer = null
    const at = room.current && room.query.staleAt?.(room.current.data)
    if (at) room.staleTimer = setTimeout(() => schedule(room), Math.min(Math.max(5, at.getTime() - Date.now()), 3_600_000))
  }

  /** The object is gone, or the database is: readers are told, and ask again by themselves. Returns how long to wait before reading again. */
  function evict(room: Room, error: unknown): number {
    const problem = problemOf(faultOf(error))
    if (problem.code === 'internal') log('hub').error({ err: error, query: room.query.name }, 'a live result could not be read')
    if (!isKept(room)) return 0
    if (problem.code === 'unavailable') {
      room.dirty = true
      return awayMs
    }
    io?.to(room.key).emit('lost', { room: room.key, problem })
    for (const socket of room.members) {
      void socket.leave(room.key)
      held.get(socket)?.rooms.delete(room)
    }
    drop(room)
    return 0
  }

  function drop(room: Room): void {
    if (room.timer) clearTimeout(room.timer)
    if (room.staleTimer) clearTimeout(room.staleTimer)
    rooms.delete(room.key)
  }

  /** Answers in the very tick in which the socket joins, so that no frame comes between the two. */
  async function subscribe(socket: Socket, name: unknown, raw: unknown, version: unknown, answer: (frame: Frame | { room: string; version: string; at: number }) => void): Promise<void> {
    const holder = held.get(socket)
    const query = typeof name === 'string' ? queries.get(name) : undefined
    if (!holder || !query) throw new Fault('not_found', `no live query ${String(name)}`)
    if (holder.rooms.size + holder.asking >= maxSubscriptions) throw new Fault('throttled', `at most ${maxSubscriptions} results can be followed at once`)
    const input = parseInput(query.input as z.ZodType, raw ?? {})
    holder.asking++
    try {
      const scopes = await classOf(query, holder.actor)
      const newsBefore = relayed
      const key = `${query.name} ${contentHash([input, scopes, query.audience === 'me' ? holder.actor.id : null])}`
      const kept = rooms.get(key)
      // What others follow is known already: a thousand boards that come back at once cost one read, not a thousand.
      const first = kept?.current && !kept.dirty ? await reach(query, holder.actor, scopes, input).then(() => kept.current as Versioned<unknown>) : await read(query, holder.actor, scopes, input)
      // Gone while we read: a member that never leaves would keep the room for ever.
      if (held.get(socket) !== holder) return
      let room = rooms.get(key)
      if (!room) {
        room = { key, query, input, scopes, actor: holder.actor, current: first, members: new Set(), dirty: false, reading: null, lastSentAt: 0, timer: null, staleTimer: null }
        rooms.set(key, room)
        scheduleStale(room)
        // There was no room yet that the news could have touched.
        if (relayed !== newsBefore) schedule(room)
      } else if (room.current?.version !== first.version) {
        // We read later than the room did, or the other way round: let it read again and tell everyone.
        schedule(room)
      }
      room.members.add(socket)
      holder.rooms.add(room)
      void socket.join(key)
      const current = room.current ?? first
      answer(current.version === version ? { room: key, version: current.version, at: Date.now() } : { room: key, version: current.version, at: Date.now(), data: current.data })
    } finally {
      holder.asking--
    }
  }

  function leave(socket: Socket, room: Room): void {
    room.members.delete(socket)
    held.get(socket)?.rooms.delete(room)
    void socket.leave(room.key)
    if (room.members.size === 0) drop(room)
  }

  const recheck = setInterval(() => {
    for (const [socket, holder] of held) {
      if (holder.actor.kind !== 'person') continue
      actorOfSession(holder.actor.sessionId).then(
        (actor) => {
          if (actor && JSON.stringify(grantsOf(actor)) === holder.grants) return
          // Ended or changed: the socket goes, and whoever still may comes back with what they may see now.
          socket.emit('signed-out', { ended: actor === null })
          socket.disconnect(true)
        },
        () => {},
      )
    }
  }, recheckMs)
  recheck.unref()

  return {
    attach(server) {
      io = server
      server.on('connection', (socket) => {
        const actor = socket.data['actor'] as Actor
        held.set(socket, { actor, grants: JSON.stringify(grantsOf(actor)), rooms: new Set(), asking: 0 })
        socket.emit('hello', { away })
        socket.on('subscribe', (request: { query?: unknown; input?: unknown; version?: unknown } | null, answer: unknown) => {
          if (typeof answer !== 'function') return
          subscribe(socket, request?.query, request?.input, request?.version, (frame) => answer(frame)).catch((error: unknown) => answer({ problem: problemOf(faultOf(error)) }))
        })
        socket.on('unsubscribe', (key: unknown) => {
          const room = typeof key === 'string' ? rooms.get(key) : undefined
          if (room) leave(socket, room)
        })
        socket.on('disconnect', () => {
          for (const room of held.get(socket)?.rooms ?? []) leave(socket, room)
          held.delete(socket)
        })
      })
    },
    relay(events) {
      relayed++
      for (const room of rooms.values()) {
        if (room.dirty && room.timer) continue
        if (events.some((event) => isTouched(room, event))) schedule(room)
      }
    },
    setAway(next) {
      away = next
      io?.emit('away', { away })
      if (!next) for (const room of rooms.values()) schedule(room)
    },
    stop() {
      clearInterval(recheck)
      for (const room of rooms.values()) drop(room)
    },
    stats: () => ({ rooms: rooms.size, sockets: held.size }),
  }
}

const grantsOf = (actor: Actor): unknown => (actor.kind === 'person' ? actor.grants : null)

function isTouched(room: Room, event: DomainEvent): boolean {
  if (!room.scopes.projects.includes(event.projectId)) return false
  const match = room.query.touches[event.name]?.(event)
  if (!match) return false
  return Object.entries(match).every(([key, value]) => value === undefined || (room.input as Record<string, unknown>)[key] === value)
}
