import pg from 'pg'
import type { Applied } from './followers.ts'
import { startCenterAlone } from './support/center-alone.ts'
import type { Child } from './support/child.ts'
import { startChild } from './support/child.ts'
import { exactNow } from './support/clock.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import type { SmallFleet } from './support/small-fleet.ts'
import { smallCatalog, startSmallFleet } from './support/small-fleet.ts'
import { summarise } from './support/summary.ts'

/* From a change to the last of 200 boards that shows it, in turns with the usual way to build it. */

const sockets = 200
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 200)
const open = 6
/** Rounds that do not count. */
const warmUp = 6
const patienceMs = 10_000
const lastAt: number[] = []

const alone = await startCenterAlone('bench-live', 3720, smallCatalog)
const { center } = alone
const ours = await startChild('followers.ts')
const theirs = await startChild('followers.ts')
let reference: Child | null = null
let fleet: SmallFleet | null = null
try {
  const about = await machine(center.superuserUrl())
  const [casey, vera] = await Promise.all([alone.as('casey'), alone.as('vera')])
  const idleMiB = await rssOfServer()
  fleet = await startSmallFleet(alone)
  const incidents: string[] = []
  for (let number = 0; number < open; number++) {
    const { incidentId } = await casey.send<{ incidentId: string }>('POST', '/api/v1/incidents', {
      title: `Some orders fail at the last step, and nobody knows yet why (${number + 1})`, severity: number === 0 ? 'SEV1' : 'SEV4', environment: 'production', services: ['checkout'],
    })
    incidents.push(incidentId)
  }
  const [incidentId] = incidents

  const comeMs = await ours.ask<number>({ type: 'connect', count: sockets, url: center.url, how: 'live', headers: { cookie: vera.cookie, origin: center.publicUrl } })
  const board = await ours.ask<object>({ type: 'board' })
  reference = await startChild('reference/pipeline.ts', [await scratchDatabase(center.superuserUrl(), 'pipeline'), JSON.stringify(board)])
  const referenceUrl = await reference.ask<string>({})
  await theirs.ask({ type: 'connect', count: sockets, url: referenceUrl, how: 'whole', headers: {} })

  const here = emptyTimes()
  const there = emptyTimes()
  let resyncs = 0
  for (let round = -warmUp; round < rounds; round++) {
    const severity = (round + warmUp) % 2 === 0 ? 'SEV2' : 'SEV1'
    // The quiet before is of no fixed length, so that nothing periodic is always or never in the way.
    await pause(60 + Math.random() * 120)
    const applied = await change(ours, severity, async () => {
      await casey.send('POST', `/api/v1/incidents/${incidentId}/severity`, { severity, reason: 'the measurement moves it to and fro' })
    })
    await pause(60 + Math.random() * 120)
    const usual = await change(theirs, severity, async () => {
      const answer = await fetch(`${referenceUrl}/change`, { method: 'POST', body: JSON.stringify({ severity }) })
      return ((await answer.json()) as { begunAt: number }).begunAt
    })
    resyncs += applied.resyncs
    if (round < 0) continue
    keep(here, applied, applied.sentAt)
    keep(there, usual, usual.begunAt ?? usual.sentAt)
    lastAt.push(Math.max(...applied.at))
  }
  // Our transaction's own clock, as each change has it in the outbox; its milliseconds are cut off, which counts against us.
  const begun = await begunTimes(incidentId ?? '', rounds)
  const ourLast = lastAt.map((at, index) => at - (begun[index] ?? Number.NaN))
  const loadedMiB = await rssOfServer()

  const last = summarise(ourLast)
  const referenceLast = summarise(there.last)
  const ratio = last.p99 === null || referenceLast.p99 === null ? null : last.p99 / referenceLast.p99
  publish({
    figure: 'live',
    title: `A change, and the last of ${sockets} boards that shows it`,
    how: `An incident's severity is changed through the API, ${rounds} times, with ${sockets} signed-in followers of the board (${open} open incidents, ${Buffer.byteLength(JSON.stringify(board))} bytes of JSON) in one other process, while four agents report their heartbeats and samples as ever. Each holds its own copy and applies differences, exactly as a browser does. In turns with it, the reference: UPDATE, INSERT and NOTIFY in one transaction, a listener that reads the same JSON, and socket.io that sends all of it to ${sockets} others; it knows no rights, no sessions and keeps no records. Both clocks start when the writing transaction begins.`,
    machine: about,
    rows: [
      row('ours', 'transaction begins → the last has applied it', 'ms', ourLast),
      row('peer', 'transaction begins → the last has applied it', 'ms', there.last),
      row('ours', 'HTTP request sent → the last has applied it', 'ms', here.lastSinceSent),
      row('peer', 'HTTP request sent → the last has applied it', 'ms', there.lastSinceSent),
      row('ours', 'the first has it → the last has it', 'ms', here.spread),
      row('peer', 'the first has it → the last has it', 'ms', there.spread),
      row('ours', 'bytes a change sends each board', 'B', here.bytes),
      row('peer', 'bytes a change sends each board', 'B', there.bytes),
      row('ours', `${sockets} boards come at once: all of them live after`, 'ms', [comeMs]),
      row('ours', 'memory of the server, idle', 'MiB', [idleMiB]),
      row('ours', `memory of the server, ${sockets} boards and ${rounds} changes later`, 'MiB', [loadedMiB]),
    ],
    aims: [{ sentence: `the last board has it within 1.15 times the reference, p99: ${ratio === null ? 'not known from so few' : `${ratio.toFixed(2)} times`} (median ${(last.median / referenceLast.median).toFixed(2)} times)`, met: ratio !== null && ratio <= 1.15 }],
    notes: [`${resyncs} frames did not fit and made a board ask for the whole.`],
  })
} finally {
  await Promise.all([ours.stop(), theirs.stop(), reference?.stop(), fleet?.stop()])
  await alone.stop()
}
process.exit(0)

interface Times {
  last: number[]
  lastSinceSent: number[]
  spread: number[]
  bytes: number[]
}

function emptyTimes(): Times {
  return { last: [], lastSinceSent: [], spread: [], bytes: [] }
}

async function change(followers: Child, severity: string, make: () => Promise<number | void>): Promise<Applied & { sentAt: number; begunAt: number | null }> {
  const waiting = followers.ask<Applied>({ type: 'expect', severity, withinMs: patienceMs })
  waiting.catch(() => {})
  // Asked first, and heard first: messages to one process keep their order, and this one is a good deal quicker than HTTP.
  await pause(5)
  const sentAt = exactNow()
  const begunAt = (await make()) ?? null
  return { ...(await waiting), sentAt, begunAt }
}

function keep(times: Times, { at, bytes, sentAt }: Applied & { sentAt: number }, begunAt: number): void {
  const lastAt = Math.max(...at)
  times.last.push(lastAt - begunAt)
  times.lastSinceSent.push(lastAt - sentAt)
  times.spread.push(lastAt - Math.min(...at))
  times.bytes.push(bytes / at.length)
}

async function begunTimes(incident: string, newest: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: center.urls.databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ at: Date }>(`select at from outbox where name = 'incident.changed' and subject = $1 order by position desc limit $2`, [incident, newest]).finally(() => client.end())
  return rows.map(({ at }) => at.getTime()).toReversed()
}

async function rssOfServer(): Promise<number> {
  const health = (await (await fetch(`${center.url}/healthz`)).json()) as { rssBytes: number }
  return health.rssBytes / 2 ** 20
}

function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms))
}
