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
const stormMs = long ? 1_200_000 : 45_000
/** It blows on until so much was broken, however slow the machine. */
const fewest = long ? 100 : 6
const seed = 20_261_127
const pause = (ms: number): Promise<void> => new Promise((settle) => setTimeout(settle, ms))
let rig: Rig

beforeAll(async () => {
  rig = await openRig({ repeatable: false })
}, 420_000)
afterAll(() => rig?.stop(), 60_000)

const kinds = ['server killed', 'PostgreSQL restarted', 'agent frozen', 'agent killed'] as const
type Fault = (typeof kinds)[number]

/** Takes something away, and gives it back within two seconds, or after a lease and its margin, so that another agent has to take over. */
async function blow(fault: Fault, random: () => number): Promise<void> {
  const agent = rig.agents[Math.floor(random() * rig.agents.length)]
  const away = random() * 2_000
  switch (fault) {
    case 'server killed':
      await rig.center.end('SIGKILL')
      await pause(away)
      return void (await rig.center.start())
    case 'PostgreSQL restarted':
      await rig.center.stopDatabase()
      await pause(away)
      return void (await rig.center.startDatabase())
    case 'agent killed':
      await agent?.end('SIGKILL')
      await pause(away)
      return void agent?.start()
    case 'agent frozen': {
      const pid = agent?.pid()
      if (!pid) throw new Error('there is no agent to freeze')
      process.kill(pid, 'SIGSTOP')
      await pause(18_000)
      process.kill(pid, 'SIGCONT')
    }
  }
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, n) => sum + n, 0)
const likely = (what: number): Fault => (what < 0.3 ? 'server killed' : what < 0.55 ? 'agent killed' : what < 0.7 ? 'agent frozen' : 'PostgreSQL restarted')

/** Breaks things until told to stop: every kind of fault once, then as the seed has it. */
function storm(random: () => number): { faults(): number; stop(): Promise<Record<Fault, number>> } {
  const injected: Record<Fault, number> = { 'server killed': 0, 'PostgreSQL restarted': 0, 'agent frozen': 0, 'agent killed': 0 }
  let on = true
  const blowing = (async () => {
    for (let nth = 0; ; nth++) {
      await pause(1_000 + random() * 4_000)
      if (!on) return
      const fault = kinds[nth] ?? likely(random())
      await blow(fault, random)
      injected[fault]++
    }
  })()
  let trouble: unknown = null
  blowing.catch((error: unknown) => void (trouble = error))
  return {
    faults() {
      if (trouble) throw trouble as Error
      return total(injected)
    },
    async stop() {
      on = false
      await blowing
      return injected
    },
  }
}

test('every rollback that was begun ends right, and nothing happens twice', { timeout: stormMs + 900_000 }, async () => {
  const asking = Object.fromEntries(Object.entries(rig.people).map(([name, person]) => [name, persistent(() => rig.center.url, person, rig.center.publicUrl, 120_000).person])) as Asking
  const began = performance.now()
  const weather = storm(seeded(seed))
  let rollbacks = 0
  let settled = 0
  let injected: Record<string, number> = {}
  try {
    while (weather.faults() < fewest || performance.now() - began < stormMs) {
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
    injected = await weather.stop()
  }
  const faults = total(injected)
  console.log(`storm, seed ${seed}: ${rollbacks} rollbacks, ${faults} faults (${Object.entries(injected).map(([what, n]) => `${n} × ${what}`).join(', ')}), ${settled} times a person said what had happened`)
  expect(faults).toBeGreaterThanOrEqual(fewest)
  for (const [what, n] of Object.entries(injected)) expect(n, what).toBeGreaterThanOrEqual(long ? 10 : 1)
  expect(rollbacks).toBeGreaterThanOrEqual(long ? 20 : 1)
  // Once it is calm nobody waits for anything: no run is at work, no lease is held, no lock is taken.
  const [left] = await rig.rows<{ runs: number; leases: number; locks: number }>(
    `select (select count(*)::int from run where status in ('pending', 'running', 'paused')) as runs, (select count(*)::int from step where status = 'leased') as leases, (select count(*)::int from lock where owner_id is not null) as locks`)
  expect(left).toEqual({ runs: 0, leases: 0, locks: 0 })
  keepResult('storm', { sentence: 'While server, agents and PostgreSQL were killed, frozen or restarted every few seconds, every rollback that was begun ended right, and nothing happened twice without a person’s word.', counts: { seed, rollbacks, faults, ...injected, 'times a person was asked': settled }, tookMs: performance.now() - began })
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
