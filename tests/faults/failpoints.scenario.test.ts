import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#demo/stack.ts'
import { everyFailpoint } from './failpoints.ts'
import { persistent } from './persistent.ts'
import type { Rig } from './small-rig.ts'
import { openRig, rigServices } from './small-rig.ts'
import type { Asking } from './take-back.ts'
import { seeItThrough, startTakingBack, wrongs } from './take-back.ts'

/* A process is killed at every named point, one after the other, in the middle of a rollback; whoever keeps it alive starts it again. */

const long = Boolean(process.env['KNOWNGOOD_LONG'])
const points = everyFailpoint()
/** How many times the process passes the point before it dies there. */
const hits = long ? [1, 2, 3] : [1]
let rig: Rig
let asking: Asking
let killed = 0
let settled = 0

beforeAll(async () => {
  if (!long) return
  // Switching twice is not harmless here: what nobody knows has to be asked, and an effect that happens twice is seen.
  rig = await openRig({ repeatable: false })
  asking = Object.fromEntries(Object.entries(rig.people).map(([name, person]) => [name, persistent(() => rig.center.url, person, rig.center.publicUrl).person])) as Asking
}, 420_000)
afterAll(() => rig?.stop(), 60_000)

const cases = points.flatMap(({ where, name }) => hits.map((hit) => ({ where, name, hit })))

describe.skipIf(!long)('kill -9 (npm run test:long)', () => {
  test.each(cases)('of the $where at $name, the time number $hit', { timeout: 240_000 }, async ({ where, name, hit }) => {
    await rig.place(rigServices, '1.1.0')
    const before = rig.effects().length
    const at = `${name}:${hit}`
    const victims = where === 'server' ? [rig.center] : rig.agents
    for (const victim of victims) {
      await victim.end()
      await victim.start(where === 'server' ? { KNOWNGOOD_CRASH_AT: at } : { KNOWNGOOD_AGENT_CRASH_AT: at })
    }
    // Whoever keeps processes alive: starts the dead one again, without the failpoint.
    let watching = true
    const keeper = (async () => {
      while (watching) {
        for (const victim of victims) {
          if (victim.pid() !== null) continue
          killed++
          await victim.start()
        }
        await new Promise((settle) => setTimeout(settle, 50))
      }
    })()
    try {
      const { runId } = await startTakingBack(asking, rigServices, `${where} dies at ${at}`)
      const { run, asked } = await seeItThrough(rig, asking.casey, runId)
      settled += asked
      expect(run.status, run.because ?? '').toBe('succeeded')
      expect(await wrongs(rig, runId, rigServices, before)).toEqual([])
    } finally {
      watching = false
      await keeper
    }
    // A process that lived on has the failpoint still in it.
    for (const victim of victims) await victim.end()
    for (const victim of victims) await victim.start()
    await until('everybody is back', 30_000, async () => (await rig.rows<{ n: number }>(`select count(*)::int as n from agent where last_seen_at > now() - interval '3 seconds'`))[0]?.n === 2)
  })
})

test.skipIf(!long)('enough was broken to mean something (npm run test:long)', () => {
  console.log(`failpoints: ${points.length} points, ${cases.length} rollbacks, ${killed} processes killed, ${settled} times a person said what had happened`)
  expect(points.length).toBeGreaterThanOrEqual(20)
  expect(killed).toBeGreaterThanOrEqual(Math.floor(points.length * 0.8))
})
