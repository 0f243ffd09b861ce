import { readFileSync } from 'node:fs'
import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import { patch } from '#lib/platform/rules/diff.ts'
import { answerParent } from './support/child.ts'
import { exactNow } from './support/clock.ts'

/* Many dashboards without screens in one process: each holds its own copy of the state and applies what it is sent. */

type Ask =
  | { type: 'connect'; count: number; url: string; how: 'live' | 'whole'; headers: Record<string, string> }
  /** Answers once every one of them holds a state in which the first incident has this severity. */
  | { type: 'expect'; severity: string; withinMs: number }
  | { type: 'board' }
  | { type: 'rss' }

interface Board {
  incidents: { severity: string }[]
}

interface Frame {
  room: string
  version: string
  from?: string
  delta?: never
  data?: Board
}

/** When each of them applied what was waited for, and the bytes all of them were sent since. */
export interface Applied {
  at: number[]
  bytes: number
  frames: number
  resyncs: number
}

let expected: { severity: string; at: number[]; settle: (applied: Applied) => void } | null = null
let bytes = 0
let frames = 0
let resyncs = 0
let boardOfFirst: Board | undefined

class Dashboard {
  board: Board | undefined
  version: string | undefined
  applied = ''

  show(board: Board, version?: string): void {
    this.board = board
    this.version = version
    boardOfFirst = board
    this.look()
  }

  look(): void {
    const severity = this.board?.incidents[0]?.severity ?? ''
    if (!expected || severity !== expected.severity || this.applied === severity) return
    this.applied = severity
    expected.at.push(exactNow())
    if (expected.at.length < dashboards.length) return
    const { at, settle } = expected
    expected = null
    settle({ at, bytes, frames, resyncs })
  }
}

const dashboards: Dashboard[] = []

function count(socket: Socket): void {
  socket.io.engine.on('packet', ({ type, data }: { type: string; data?: string }) => {
    if (type !== 'message' || typeof data !== 'string') return
    bytes += Buffer.byteLength(data)
    frames++
  })
}

async function connect({ count: wanted, url, how, headers }: Extract<Ask, { type: 'connect' }>): Promise<number> {
  const from = performance.now()
  await Promise.all(Array.from({ length: wanted }, () => (how === 'live' ? live(url, headers) : whole(url))))
  return performance.now() - from
}

/** As lib/client does: follow a query, apply differences, ask for the whole where one does not fit. */
function live(url: string, extraHeaders: Record<string, string>): Promise<void> {
  const dashboard = new Dashboard()
  dashboards.push(dashboard)
  const socket = io(url, { path: '/live/', transports: ['websocket'], extraHeaders, forceNew: true })
  let room = ''
  const subscribe = async (): Promise<void> => {
    const answer = (await socket.timeout(20_000).emitWithAck('subscribe', { query: 'board.view', input: {}, version: dashboard.version })) as Frame & { problem?: { detail: string; status: number } }
    if (answer.problem && answer.problem.status < 500) throw new Error(answer.problem.detail)
    if (answer.problem) {
      // A busy server may refuse for now; whoever waits comes again.
      await new Promise((settle) => setTimeout(settle, 500))
      return subscribe()
    }
    room = answer.room
    if (answer.data) dashboard.show(answer.data, answer.version)
  }
  socket.on('frame', (frame: Frame) => {
    if (frame.room !== room || frame.version === dashboard.version) return
    if (frame.data) dashboard.show(frame.data, frame.version)
    else if (dashboard.board && frame.from === dashboard.version) dashboard.show(patch(dashboard.board as never, frame.delta as never) as unknown as Board, frame.version)
    else {
      resyncs++
      void subscribe()
    }
  })
  return new Promise((settle, fail) => {
    socket.once('connect', () => {
      count(socket)
      subscribe().then(settle, fail)
    })
    socket.on('connect_error', (error) => socket.active || fail(error))
  })
}

/** The usual way: the server sends everything, the client replaces what it had. */
function whole(url: string): Promise<void> {
  const dashboard = new Dashboard()
  dashboards.push(dashboard)
  const socket = io(url, { transports: ['websocket'], forceNew: true })
  socket.on('state', (board: Board) => dashboard.show(board))
  return new Promise((settle, fail) => {
    socket.once('connect', () => {
      count(socket)
      settle()
    })
    socket.on('connect_error', (error) => socket.active || fail(error))
  })
}

function expect({ severity, withinMs }: Extract<Ask, { type: 'expect' }>): Promise<Applied> {
  bytes = 0
  frames = 0
  for (const dashboard of dashboards) dashboard.applied = ''
  return new Promise((settle, fail) => {
    const late = setTimeout(() => fail(new Error(`${expected?.at.length} of ${dashboards.length} had it after ${withinMs} ms`)), withinMs)
    expected = { severity, at: [], settle: (applied) => {
      clearTimeout(late)
      settle(applied)
    } }
  })
}

answerParent(async (ask: Ask) => {
  if (ask.type === 'connect') return connect(ask)
  if (ask.type === 'expect') return expect(ask)
  if (ask.type === 'board') return boardOfFirst
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
})
