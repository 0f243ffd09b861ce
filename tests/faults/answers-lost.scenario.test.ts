import { afterAll, beforeAll, expect, test } from 'vitest'
import { seeded } from '#demo/random.ts'
import { keepResult } from '#tests/support/keep-result.ts'
import type { LossyProxy } from './lossy-proxy.ts'
import { startLossyProxy } from './lossy-proxy.ts'
import { persistent } from './persistent.ts'
import type { Rig, RigPerson } from './small-rig.ts'
import { openRig, rigServices } from './small-rig.ts'
import type { Asking } from './take-back.ts'
import { seeItThrough, startTakingBack, wrongs } from './take-back.ts'

/* The most expensive fault there is: the write is done and nobody hears of it. People and agents ask again, and it must not be done again. */

const long = Boolean(process.env['KNOWNGOOD_LONG'])
const rounds = long ? 60 : 3
const random = seeded('answers lost')
let rig: Rig
let proxy: LossyProxy

beforeAll(async () => {
  rig = await openRig({
    async serverUrl(center) {
      // The first success of every kind is lost for certain, then one in four: from the enrolment of agents on.
      const seen = new Set<string>()
      proxy = await startLossyProxy(() => center.url, ({ route, status }) => {
        if (status >= 300) return false
        const first = !seen.has(route)
        seen.add(route)
        return first || random() < 0.25
      })
      return proxy.url
    },
  })
}, 420_000)
afterAll(async () => {
  await rig?.stop()
  await proxy?.stop()
}, 60_000)

test('every kind of write is done once although its answer was lost', { timeout: 1_800_000 }, async () => {
  const people = Object.fromEntries(Object.entries(rig.people).map(([name, person]) => [name, persistent(() => proxy.url, person, rig.center.publicUrl)])) as Record<RigPerson, ReturnType<typeof persistent>>
  const asking = Object.fromEntries(Object.entries(people).map(([name, { person }]) => [name, person])) as Asking

  const began = performance.now()
  for (let round = 0; round < rounds; round++) {
    await rig.place(rigServices, '1.1.0')
    const before = rig.effects().length
    const { runId } = await startTakingBack(asking, rigServices, `round ${round}`)
    const { run } = await seeItThrough(rig, asking.casey, runId)
    expect(run.status, run.because ?? '').toBe('succeeded')
    expect(await wrongs(rig, runId, rigServices, before)).toEqual([])
  }

  const [counts] = await rig.rows<{ incidents: number; runs: number; votes: number; requests: number }>(
    `select (select count(*)::int from incident) as incidents, (select count(*)::int from run) as runs, (select count(*)::int from approval) as votes, (select count(*)::int from approval_request) as requests`)
  expect(counts).toEqual({ incidents: rounds, runs: rounds, votes: rounds * 2, requests: rounds })
  const lost = new Set(proxy.losses.map((loss) => loss.route))
  const again = Object.values(people).reduce((sum, { again: times }) => sum + times(), 0)
  console.log(`answers lost: ${proxy.losses.length} of ${lost.size} kinds in ${rounds} rollbacks; people asked ${again} times again`)
  expect([...proxy.writes].filter((route) => !lost.has(route))).toEqual([])
  expect(lost.size).toBeGreaterThanOrEqual(10)
  expect(proxy.losses.length).toBeGreaterThanOrEqual(rounds * 10)
  expect(again).toBeGreaterThanOrEqual(rounds)
  keepResult('answers-lost', { sentence: 'The answers to writes of people and agents were thrown away after the commit; asked again, none was done twice.', counts: { rollbacks: rounds, 'answers lost': proxy.losses.length, 'kinds of write': lost.size, 'asked again by people': again }, tookMs: performance.now() - began })
})
