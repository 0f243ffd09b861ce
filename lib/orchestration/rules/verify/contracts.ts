import { satisfies } from 'semver'
import type { ReleaseFacts } from '../../model.ts'
import type { Check, Place, Scene } from './scene.ts'
import { canMeet, firstWrong, speaksOf } from './scene.ts'

/** One target that calls another. */
export interface Pair {
  caller: Place
  provider: Place
}

/** Finds broken calls; remembers what it has compared. */
export type Judge = (caller: ReleaseFacts, provider: ReleaseFacts, pair: Pair) => Broken | null
export interface Broken {
  contract: string
  range: string
  caller: ReleaseFacts
  provider: ReleaseFacts
}

/** Every pair of which at least one moves, and how a call between two of their releases is judged. Cost: linear in pairs. */
export function pairsOf({ places }: Pick<Scene, 'places'>, matters = ({ caller, provider }: Pair): boolean => caller.moved !== null || provider.moved !== null): { pairs: Pair[]; judge: Judge } {
  const providers = new Map<string, Set<string>>()
  const byService = new Map<string, Place[]>()
  for (const place of places) {
    for (const release of releasesOf(place)) for (const { contract } of release.offers) providers.set(contract, (providers.get(contract) ?? new Set()).add(place.target.service))
    const already = byService.get(place.target.service)
    if (already) already.push(place)
    else byService.set(place.target.service, [place])
  }

  const pairs: Pair[] = []
  for (const caller of places) {
    const called = new Set<Place>()
    for (const release of releasesOf(caller)) {
      for (const { contract, scope } of release.calls) {
        for (const service of providers.get(contract) ?? []) {
          for (const provider of byService.get(service) ?? []) {
            if ((scope === 'global' || provider.target.region === caller.target.region) && matters({ caller, provider })) called.add(provider)
          }
        }
      }
    }
    for (const provider of called) pairs.push({ caller, provider })
  }

  const fit = (a: ReleaseFacts, b: ReleaseFacts, service: string, near: boolean): Broken | null => {
    const call = a.calls.find(
      ({ contract, range, scope }) => (near || scope === 'global') && providers.get(contract)?.has(service) && !b.offers.some((offer) => offer.contract === contract && satisfies(offer.version, range, { includePrerelease: true })),
    )
    return call ? { contract: call.contract, range: call.range, caller: a, provider: b } : null
  }
  // The same two releases meet in every region.
  const known = { near: new Map<ReleaseFacts, Map<ReleaseFacts, Broken | null>>(), far: new Map<ReleaseFacts, Map<ReleaseFacts, Broken | null>>() }
  const judge: Judge = (a, b, { caller, provider }) => {
    const near = caller.target.region === provider.target.region
    const seen = near ? known.near : known.far
    const ofCaller = seen.get(a) ?? new Map<ReleaseFacts, Broken | null>()
    seen.set(a, ofCaller)
    const before = ofCaller.get(b)
    if (before !== undefined) return before
    const broken = fit(a, b, provider.target.service, near)
    ofCaller.set(b, broken)
    return broken
  }
  return { pairs, judge }
}

const releasesOf = ({ old, moved }: Place): readonly ReleaseFacts[] => (moved ? [...old, moved.to] : old)

/** The first pair of two sets that is broken. */
export function brokenAmong(callers: readonly ReleaseFacts[], providers: readonly ReleaseFacts[], pair: Pair, judge: Judge): Broken | null {
  for (const a of callers) {
    for (const b of providers) {
      const broken = judge(a, b, pair)
      if (broken) return broken
    }
  }
  return null
}

/** Whatever can run at the same moment can call each other; what was broken at the start already is excused in that direction, and said so. */
export const contractsAreBroken: Check = (scene) => {
  const { pairs, judge } = pairsOf(scene)
  return firstWrong(pairs, (pair) => {
    const { caller, provider } = pair
    const atStart = brokenAmong(caller.old, provider.old, pair, judge)
    if (atStart) {
      if (speaksOf(scene.plan.excused, caller.target.service, provider.target.service)) return null
      return `${describe(atStart, pair)} already at the start, and the plan does not say that it excuses this`
    }
    for (const calling of caller.serving) {
      for (const called of provider.serving) {
        const broken = brokenAmong(calling.releases, called.releases, pair, judge)
        if (broken && canMeet(calling, called, scene.order)) return `on the way ${describe(broken, pair)}`
      }
    }
    return null
  })
}

export const describe = (broken: Broken, { caller, provider }: Pair): string =>
  `${caller.name} ${broken.caller.version} calls ${broken.contract} ${broken.range} of ${provider.name} ${broken.provider.version}, which offers ${offered(broken)}`
const offered = ({ contract, provider }: Broken): string => provider.offers.flatMap((offer) => (offer.contract === contract ? [offer.version] : [])).join(' and ') || 'nothing of the kind'
