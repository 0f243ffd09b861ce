import { expect } from 'vitest'
import type { Situation } from '#lib/orchestration/model.ts'
import type { Act } from './exists.ts'
import { wayThrough } from './exists.ts'
import type { Physics } from './physics.ts'

/** The least share of all worlds that each kind has to have: a generator that makes one kind of world proves nothing. */
const least = { impossible: 0.25, onlyBehindADrain: 0.2, stayers: 0.2, residue: 0.03, migrations: 0.15, twoRegions: 0.25, limits: 0.15, half: 0.15, brokenAtStart: 0.1, alone: 0.05 }

/** Counts what was in the worlds that a test has seen. */
export function tally(): { counts: Record<keyof typeof least | 'worlds', number>; add: (world: Situation, physics: Physics, way: readonly Act[] | null) => void; expectVariety: () => void } {
  const counts = { worlds: 0, impossible: 0, onlyBehindADrain: 0, stayers: 0, residue: 0, migrations: 0, twoRegions: 0, limits: 0, half: 0, brokenAtStart: 0, alone: 0 }
  return {
    counts,
    add(world, physics, way) {
      const { targets } = world
      const has: Record<keyof typeof least, boolean> = {
        impossible: way === null,
        onlyBehindADrain: way !== null && wayThrough(physics, { drains: false }) === null,
        stayers: physics.movers.length < targets.length,
        residue: physics.movers.some((mover) => physics.purges(mover).length > 0),
        migrations: world.databases.length > 0,
        twoRegions: new Set(targets.map(({ region }) => region)).size > 1,
        limits: world.limits.length > 0,
        half: targets.some(({ running }) => (running?.length ?? 0) > 1),
        brokenAtStart: physics.excused.length > 0,
        alone: targets.some(({ running, goTo }) => [...(running ?? []).map(({ release }) => release), goTo].some((release) => release?.besideItself === false)),
      }
      counts.worlds++
      for (const kind of Object.keys(least) as (keyof typeof least)[]) if (has[kind]) counts[kind]++
    },
    expectVariety: () => {
      for (const kind of Object.keys(least) as (keyof typeof least)[]) expect(counts[kind], kind).toBeGreaterThanOrEqual(least[kind] * counts.worlds)
    },
  }
}
