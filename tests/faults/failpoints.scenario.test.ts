import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#demo/stack.ts'
import { keepResult } from '#tests/support/keep-result.ts'
import { everyFailpoint } from './failpoints.ts'
import { persistent } from './persistent.ts'
import type { Rig } from './small-rig.ts'
import { openRig, rigServices } from './small-rig.ts'
import type { Asking } from './take-back.ts'
import { seeItThrough, startTakingBack, wrongs } from './take-back.ts'

/* A process is killed at every named point, in the middle of a rollback; whoever keeps it alive starts it again. */

const long = Boolean(process.env['KNOWNGOOD_LONG'])
const points = everyFailpoint()
let rig: Rig
let asking: Asking
let settled = 0

beforeAll(async () => {
  // Switching twice is not harmless here: what nobody knows has to be asked, and an effect that happens twice is seen.
  rig = await openRig({ repeatable: false })
  asking = Object.fromEntries(Object.entries(rig.people).map(([name, person]) => [name, persistent(() => rig.center.url, person, rig.center.publicUrl).person])) as Asking
}, 420_000)
afterAll(() => rig?.stop(), 60_000)

interface Victim {
  pid(): number | null
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  start(env?: Record<string, string>): unknown
}

interface Watch {
  /** Points at which it died, in the order in which it was to. */
  died: string[]
  stop(): Promise<void>
}

const variable = { server: 'KNOWNGOOD_CRASH_AT', agent: 'KNOWNGOOD_AGENT_CRASH_AT' } as const

/** Keeps a process alive: each life is to end at the next of these points, the last one at none. */
async function keepAlive(victim: Victim, where: 'server' | 'agent', at: readonly string[]): Promise<Watch> {
  const died: string[] = []
  let watching = true
  // A server may come to its point before it has said that it is there.
  const live = async (): Promise<void> => {
    const next = at[died.length]
    await Promise.resolve(victim.start(next ? { [variable[where]]: next } : {})).catch((error: unknown) => {
      if (victim.pid() !== null) throw error
    })
  }
  await victim.end()
  await live()
  const keeper = (async () => {
    while (watching) {
      const point = at[died.length]
      if (victim.pid() === null) {
        if (point === undefined) throw new Error(`the ${where} died and nobody had asked it to`)
        died.push(point)
        await live()
      }
      await new Promise((settle) => setTimeout(settle, 50))
    }
  })()
  keeper.catch(() => undefined)
  return {
    died,
    async stop() {
      watching = false
      await keeper
    },
  }
}

/** A rollback of everything, while processes die; what is wrong with it afterwards. */
async function takeBackWhile(title: string, watches: readonly Watch[]): Promise<void> {
  const before = rig.effects().length
  try {
    const { runId } = await startTakingBack(asking, rigServices, title)
    const { run, asked } = await seeItThrough(rig, asking.casey, runId)
    settled += asked
    expect(run.status, run.because ?? '').toBe('succeeded')
    expect(await wrongs(rig, runId, rigServices, before)).toEqual([])
  } finally {
    for (const watch of watches) await watch.stop()
  }
}

const named = (where: 'server' | 'agent'): string[] => points.filter((point) => point.where === where).map(({ name }) => name)

test('one rollback, in which the server dies at every point on its way', { timeout: 420_000 }, async () => {
  const watch = await keepAlive(rig.center, 'server', named('server'))
  await rig.place(rigServices, '1.1.0')
  await takeBackWhile('the server dies everywhere', [watch])
  console.log(`failpoints of the server: ${watch.died.length} of ${named('server').length} in one rollback; a person said ${settled} times what had happened`)
  expect(watch.died).toEqual(named('server'))
  expect(watch.died.length).toBeGreaterThanOrEqual(20)
})

test('one rollback, in which the agents die at every point of theirs', { timeout: 420_000 }, async () => {
  await rig.place(rigServices, '1.1.0')
  // Each dies at every point, so that whatever one of them does not come to, the other does.
  const watches = await Promise.all(rig.agents.map((agent) => keepAlive(agent, 'agent', named('agent'))))
  await takeBackWhile('the agents die everywhere', watches)
  const died = new Set(watches.flatMap((watch) => watch.died))
  console.log(`failpoints of agents: ${watches.map((watch) => watch.died.join(', ') || 'none').join('; ')}; a person said ${settled} times what had happened`)
  expect([...died].toSorted()).toEqual(named('agent').toSorted())
})

/** Each point in a rollback of its own, the first, the second and the third time that a process comes by. */
if (long) {
  let killed = 0
  const began = performance.now()
  const cases = points.flatMap(({ where, name }) => [1, 2, 3].map((hit) => ({ where, name, hit })))

  describe('kill -9', () => {
    test.each(cases)('of the $where at $name, the time number $hit', { timeout: 240_000 }, async ({ where, name, hit }) => {
      await rig.place(rigServices, '1.1.0')
      const victims: Victim[] = where === 'server' ? [rig.center] : rig.agents
      const watches = await Promise.all(victims.map((victim) => keepAlive(victim, where, [`${name}:${hit}`])))
      await takeBackWhile(`${where} dies at ${name}:${hit}`, watches)
      killed += watches.reduce((sum, watch) => sum + watch.died.length, 0)
      // A process that lived on has the failpoint still in it.
      for (const victim of victims) await victim.end()
      for (const victim of victims) await victim.start()
      await until('everybody is back', 30_000, async () => (await rig.rows<{ n: number }>(`select count(*)::int as n from agent where last_seen_at > now() - interval '3 seconds'`))[0]?.n === 2)
    })

    test('enough was broken to mean something', () => {
      console.log(`failpoints: ${points.length} points, ${cases.length} rollbacks, ${killed} processes killed, ${settled} times a person said what had happened`)
      expect(killed).toBeGreaterThanOrEqual(Math.floor(points.length * 0.8))
      keepResult('failpoints', { sentence: 'kill -9 at every named point of server and agents, the first, second and third time a process comes by: every rollback ended right.', counts: { points: points.length, rollbacks: cases.length, 'processes killed': killed, 'times a person was asked': settled }, tookMs: performance.now() - began })
    })
  })
}
