import { afterAll, beforeAll, expect, test } from 'vitest'
import { seeded } from '#demo/random.ts'
import { keepResult } from '#tests/support/keep-result.ts'
import { persistent } from './persistent.ts'
import type { Rig } from './small-rig.ts'
import { openRig, rigServices } from './small-rig.ts'
import type { Asking } from './take-back.ts'
import { seeItThrough, startTakingBack, wrongs } from './take-back.ts'

/* One rollback after the other, while something is killed, frozen or taken away every few seconds: server, agents, PostgreSQL. */

const long = Boolean(process.env['KNOWNGOOD_LONG'])
const stormMs = long ? 1_200_000 : 60_000
const seed = 20_261_127
const pause = (ms: number): Promise<void> => new Promise((settle) => setTimeout(settle, ms))
let rig: Rig

beforeAll(async () => {
  rig = await openRig({ repeatable: false })
}, 420_000)
afterAll(() => rig?.stop(), 60_000)

/** Breaks things until told to stop. Everything that it takes away it gives back, within two seconds or within the time that a lease lasts. */
function storm(random: () => number): { stop(): Promise<Record<string, number>> } {
  const injected: Record<string, number> = { 'server killed': 0, 'agent killed': 0, 'agent frozen': 0, 'PostgreSQL restarted': 0 }
  const count = (what: string): void => void (injected[what] = (injected[what] ?? 0) + 1)
  let on = true
  const blow = async (): Promise<void> => {
    while (on) {
      await pause(1_000 + random() * 4_000)
      if (!on) return
      const agent = rig.agents[Math.floor(random() * rig.agents.length)]
      const away = random() * 2_000
      const what = random()
      if (what < 0.3) {
        await rig.center.end('SIGKILL')
        count('server killed')
        await pause(away)
        await rig.center.start()
      } else if (what < 0.55 && agent) {
        await agent.end('SIGKILL')
        count('agent killed')
        await pause(away)
        agent.start()
      } else if (what < 0.7 && agent?.pid()) {
        const pid = agent.pid() as number
        process.kill(pid, 'SIGSTOP')
        count('agent frozen')
        // Past its lease and the margin, so that another has to take over.
        await pause(18_000)
        process.kill(pid, 'SIGCONT')
      } else {
        await rig.center.stopDatabase()
        count('PostgreSQL restarted')
        await pause(away)
        await rig.center.startDatabase()
      }
    }
  }
  const blowing = blow()
  return {
    async stop() {
      on = false
      await blowing
      return injected
    },
  }
}

test('every rollback that was begun ends right, and nothing happens twice', { timeout: stormMs + 900_000 }, async () => {
  const asking = Object.fromEntries(Object.entries(rig.people).map(([name, person]) => [name, persistent(() => rig.center.url, person, rig.center.publicUrl, 120_000).person])) as Asking
  const deadline = performance.now() + stormMs
  const weather = storm(seeded(seed))
  let rollbacks = 0
  let settled = 0
  try {
    while (performance.now() < deadline) {
      await rig.place(rigServices, '1.1.0')
      const before = rig.effects().length
      const { runId } = await startTakingBack(asking, rigServices, `rollback ${rollbacks} in the storm`)
      const { run, asked } = await seeItThrough(rig, asking.casey, runId, 240_000)
      expect(run.status, run.because ?? '').toBe('succeeded')
      expect(await persistently(() => wrongs(rig, runId, rigServices, before))).toEqual([])
      settled += asked
      rollbacks++
    }
  } finally {
    const injected = await weather.stop()
    const faults = Object.values(injected).reduce((sum, n) => sum + n, 0)
    console.log(`storm, seed ${seed}: ${rollbacks} rollbacks, ${faults} faults (${Object.entries(injected).map(([what, n]) => `${n} × ${what}`).join(', ')}), ${settled} times a person said what had happened`)
    expect(faults).toBeGreaterThanOrEqual(long ? 150 : 6)
    expect(rollbacks).toBeGreaterThanOrEqual(long ? 20 : 1)
    keepResult('storm', { sentence: 'While server, agents and PostgreSQL were killed, frozen or restarted every few seconds, every rollback that was begun ended right, and nothing happened twice without a person’s word.', counts: { seed, rollbacks, faults, ...injected, 'times a person was asked': settled }, tookMs: stormMs })
  }
  // Once it is calm nobody waits for anything: no run is at work, no lease is held, no lock is taken.
  const [left] = await rig.rows<{ runs: number; leases: number; locks: number }>(
    `select (select count(*)::int from run where status in ('pending', 'running', 'paused')) as runs, (select count(*)::int from step where status = 'leased') as leases, (select count(*)::int from lock where owner_id is not null) as locks`)
  expect(left).toEqual({ runs: 0, leases: 0, locks: 0 })
})

/** The checker reads the database, which may just be away. */
async function persistently<T>(look: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await look()
    } catch (error) {
      if (tried === 40) throw error
      await pause(250)
    }
  }
}
