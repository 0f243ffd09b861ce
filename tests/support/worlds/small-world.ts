import { satisfies } from 'semver'
import type { DatabaseFacts, LimitFacts, ReleaseFacts, Situation, TargetFacts, WindowFacts } from '#lib/orchestration/model.ts'
import { release, situation, target } from '../situation.ts'
import type { Chance } from './chance.ts'
import { chance } from './chance.ts'

const names = ['checkout', 'payments', 'ledger', 'orders'] as const
const versions = ['1.0.0', '1.1.0', '2.0.0', '2.1.0'] as const
const ranges = ['*', '^1.0.0', '^2.0.0', '>=1.1.0', '<2.0.0', '>=1.0.0'] as const
type Schema = NonNullable<ReleaseFacts['schema']>

/** What a world may have in it; `pairs` = nothing but calls. */
export type Flavour = 'pairs' | 'all'

/** A small random world, the same for the same seed: two to six movers, and stayers beside them. Broken, half-deployed and hopeless ones too. */
export function smallWorld(seed: number, flavour: Flavour): Situation {
  const draw = chance(seed)
  const all = flavour === 'all'
  const regions = draw.often(0.5) ? ['eu', 'us'] : ['eu']
  const services = draw.shuffled(names).slice(0, 2 + draw.below(regions.length === 1 ? 3 : 2))
  const schemas = all && draw.often(0.4) ? drawSchemas(draw, services) : new Map<string, [Schema, Schema]>()
  const offered = new Map(services.map((name) => [name, [draw.pick(versions), draw.pick(versions)] as const]))
  const targets = services.flatMap((service) => {
    const [now, back] = ([0, 1] as const).map((which) => drawRelease(draw, service, which, offered, schemas.get(service)?.[which] ?? null, all)) as [ReleaseFacts, ReleaseFacts]
    const moves = draw.often(0.75)
    return regions.filter(() => regions.length === 1 || draw.often(0.9)).map((region) => drawTarget(draw, service, region, now, back, moves && draw.often(0.92), all))
  })
  const movers = targets.filter((one) => one.goTo)
  // A world in which nothing is to be done is none.
  if (movers.length < 2 || movers.length > 6) return smallWorld(seed + 1_000_003, flavour)
  return situation(targets, { databases: drawDatabases(draw, targets), limits: all && draw.often(0.4) ? drawLimits(draw, targets) : [], windows: all && draw.often(0.06) ? [drawWindow(draw, targets)] : [] })
}

/** Mostly such that what runs can call what runs, and what it goes to can call what that goes to: else most worlds would be broken from the start. */
function drawRelease(draw: Chance, service: string, which: 0 | 1, offered: ReadonlyMap<string, readonly [string, string]>, schema: Schema | null, all: boolean): ReleaseFacts {
  const others = [...offered.keys()].filter((name) => name !== service)
  const called = draw.shuffled(others).slice(0, draw.below(3))
  const fitting = (provider: string): string => draw.pick(ranges.filter((range) => satisfies((offered.get(provider) as readonly [string, string])[which], range)))
  return release(service, which === 0 ? '3.0.0' : '2.9.0', {
    offers: draw.often(0.95) ? [{ contract: `${service}-api`, version: (offered.get(service) as readonly [string, string])[which] }] : [],
    calls: called.map((name) => ({ contract: `${name}-api`, range: draw.often(0.85) ? fitting(name) : draw.pick(ranges), scope: draw.often(0.7) ? 'region' : 'global' })),
    schema,
    besideItself: !all || draw.often(0.9),
    residue: all && draw.often(0.3) ? drawResidue(draw, which) : { leaves: [], reads: [] },
  })
}

const drawResidue = (draw: Chance, which: 0 | 1): ReleaseFacts['residue'] =>
  which === 0
    ? { leaves: [{ what: 'sessions', version: '2.0.0', purge: draw.often(0.7) ? { kind: 'sql', params: { run: 'truncate sessions' } } : null }], reads: [] }
    : { leaves: [], reads: [{ what: 'sessions', range: draw.often(0.6) ? '^1.0.0' : '*' }] }

/** One database, of one service or of two, with the versions that the release at work and the earlier one use. */
function drawSchemas(draw: Chance, services: readonly string[]): Map<string, [Schema, Schema]> {
  const scope = draw.often(0.6) ? 'region' : 'global'
  const users = draw.shuffled(services).slice(0, 1 + draw.below(2))
  const drawOne = (writes: number): Schema => {
    const lowest = Math.max(1, writes - draw.below(2))
    return { database: 'shop', scope, reads: [draw.often(0.3) ? 1 : lowest, writes + (draw.often(0.3) ? 1 : 0)], writes: draw.often(0.7) ? writes : Math.max(1, writes - 1) }
  }
  return new Map(users.map((name) => [name, [drawOne(draw.often(0.85) ? 4 : 3), drawOne(4 - draw.below(3))]]))
}

function drawDatabases(draw: Chance, targets: readonly TargetFacts[]): DatabaseFacts[] {
  const used = new Map(
    targets.flatMap((one) => [...(one.running ?? []).map(({ release: running }) => running), one.goTo].flatMap((facts) => (facts?.schema ? [[facts.schema.scope === 'global' ? null : one.region, facts.schema.database] as const] : []))),
  )
  return [...used].map(([region, database]) => ({
    database,
    region,
    version: draw.often(0.7) ? 4 : null,
    undo: [4, 3, 2].map((from) => ({ from, to: from - 1, action: draw.often(0.85) ? { kind: 'sql', params: { run: `undo ${from}` } } : null, because: 'a column is lost' })),
    reachedFrom: region ?? 'eu',
  }))
}

function drawTarget(draw: Chance, service: string, region: string, now: ReleaseFacts, back: ReleaseFacts, moves: boolean, all: boolean): TargetFacts {
  const half = draw.often(0.12)
  const instances = 2 + draw.below(2)
  return target(service, region, all && draw.often(0.01) ? null : half ? [now, back] : [now], moves ? back : null, {
    instances,
    minUp: all && draw.often(0.06) ? instances : instances - 1,
    out: all && draw.often(0.08),
    reconciler: all && draw.often(0.08) ? { name: 'argo', hold: { kind: 'hold-reconciler', params: { app: `${service}-${region}` } }, undo: 'let argo sync again' } : null,
  })
}

function drawLimits(draw: Chance, targets: readonly TargetFacts[]): LimitFacts[] {
  return Array.from({ length: 1 + draw.below(2) }, (_, index) => {
    const members = draw.shuffled(targets).slice(0, 2 + draw.below(3)).map(({ targetId }) => ({ targetId, weight: 1 + draw.below(2) }))
    return { name: `limit ${index}`, kind: draw.often(0.5) ? 'quorum' : 'capacity', members, mayBeOut: 1 + draw.below(3) }
  })
}

const drawWindow = (draw: Chance, targets: readonly TargetFacts[]): WindowFacts => {
  const freeze = draw.often(0.5)
  return { name: 'night', kind: freeze ? 'freeze' : 'maintenance', until: '2027-01-01T06:00:00Z', targetIds: [draw.pick(targets).targetId], rollback: draw.often(0.5) }
}
