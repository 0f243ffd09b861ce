import type { ReleaseFacts, TargetFacts } from '../../model.ts'
import type { Compatibility, Placed } from './compatibility.ts'
import { compatibility, providers } from './compatibility.ts'
import type { Move, Precedence, Refusal, Stay, World } from './world.ts'
import { refuse, whereIs } from './world.ts'

export interface Pairs {
  precedences: readonly Precedence[]
  /** Mixes that are broken and were so before anything moved. */
  excused: readonly string[]
  /** Those that stay and call, or are called by, something that moves. */
  neighbours: readonly TargetFacts[]
  /** How many mixes were looked at. */
  asked: number
}

type Place = Move | Stay
const isMove = (place: Place): place is Move => 'to' in place

/**
 * What the contracts ask of the order. A pair is a caller and a provider, and of its mixes each forbidden one says
 * something: old with new asks that one goes first, both of these ask that they go together (two edges that form a
 * circle), new with new and new beside a stayer that there is no plan. A pair that is broken in the mix that runs now
 * is excused, in that direction.
 */
export function readPairs(world: World): Pairs | Refusal {
  const places: readonly Place[] = [...world.moves, ...world.stays]
  const offeredBy = providers(places.flatMap((place) => releasesOf(place).map((release) => ({ service: place.target.service, release }))))
  const ask = compatibility(offeredBy)
  const precedences: Precedence[] = []
  const excused = new Set<string>()
  const neighbours = new Map<string, TargetFacts>()
  const clashes: Clash[] = []
  for (const [caller, provider] of callsOf(places, offeredBy)) {
    for (const place of [caller, provider]) if (!isMove(place)) neighbours.set(place.target.targetId, place.target)
    const found = judge(caller, provider, ask)
    if (found.excused) excused.add(`broken already: ${found.excused}`)
    precedences.push(...found.precedences)
    if (found.clash) clashes.push(found.clash)
  }
  const refused = refusalOf(clashes, world.situation.purpose)
  return refused ?? { precedences, excused: [...excused].sort(), neighbours: [...neighbours.values()], asked: ask.asked() }
}

const releasesOf = (place: Place): readonly ReleaseFacts[] => (isMove(place) ? [...place.now, place.to] : place.now)
const oldsOf = (place: Place): readonly ReleaseFacts[] => (isMove(place) ? place.old : place.now)

/** Every caller with every provider that it can reach and of which at least one moves: each pair once, and no others are looked at. */
function* callsOf(places: readonly Place[], offeredBy: ReadonlyMap<string, string>): Generator<[Place, Place]> {
  const byService = new Map<string, Place[]>()
  for (const place of places) byService.set(place.target.service, byService.get(place.target.service) ?? []).get(place.target.service)?.push(place)
  for (const caller of places) {
    const reached = new Set<Place>()
    for (const { contract, scope } of releasesOf(caller).flatMap((release) => release.calls)) {
      const service = offeredBy.get(contract)
      if (!service || service === caller.target.service) continue
      for (const provider of byService.get(service) ?? []) {
        if (reached.has(provider) || (scope === 'region' && provider.target.region !== caller.target.region) || (!isMove(caller) && !isMove(provider))) continue
        reached.add(provider)
        yield [caller, provider]
      }
    }
  }
}

interface Clash {
  caller: Place
  provider: Place
  because: string
}

function judge(caller: Place, provider: Place, { breakOf }: Compatibility): { precedences: Precedence[]; excused: string | null; clash: Clash | null } {
  const firstBreak = (callers: readonly ReleaseFacts[], ones: readonly ReleaseFacts[]): string | null => {
    for (const one of callers) {
      for (const other of ones) {
        const because = breakOf(placed(caller, one), placed(provider, other))
        if (because) return because
      }
    }
    return null
  }
  const already = firstBreak(caller.now, provider.now)
  const after = firstBreak(isMove(caller) ? [caller.to] : caller.now, isMove(provider) ? [provider.to] : provider.now)
  if (already) return { precedences: [], excused: after ?? already, clash: null }
  if (after) return { precedences: [], excused: null, clash: { caller, provider, because: after } }
  if (!isMove(caller) || !isMove(provider)) return { precedences: [], excused: null, clash: null }
  const callerFirst = firstBreak(oldsOf(caller), [provider.to])
  const providerFirst = firstBreak([caller.to], oldsOf(provider))
  return {
    precedences: [
      ...(callerFirst ? [{ first: caller, then: provider, because: `${caller.name} first: otherwise ${callerFirst}` }] : []),
      ...(providerFirst ? [{ first: provider, then: caller, because: `${provider.name} first: otherwise ${providerFirst}` }] : []),
    ],
    excused: null,
    clash: null,
  }
}

const placed = ({ target: { service, region } }: Place, release: ReleaseFacts): Placed => ({ service, region, release })

/** What the end would not bear. Two that move have nowhere else to go; one that stays could move as well. */
function refusalOf(clashes: readonly Clash[], purpose: 'rollback' | 'deployment'): Refusal | null {
  const fatal = clashes.find(({ caller, provider }) => isMove(caller) && isMove(provider))
  const clash = fatal ?? clashes[0]
  if (!clash) return null
  const facts = [...[clash.caller, clash.provider].map((place) => (isMove(place) ? `${whereIs(place.target)} is to go to ${place.to.version}` : `${whereIs(place.target)} stays as it is`)), clash.because]
  if (fatal) return refuse(`they would not work together afterwards: ${clash.because}`, facts)
  const inTheWay = [...new Set(clashes.flatMap(({ caller, provider }) => [caller, provider].flatMap((place) => (isMove(place) ? [] : [place.target]))))]
  const stayer = isMove(clash.caller) ? clash.provider.target : clash.caller.target
  return refuse(`${clash.because}; ${purpose === 'rollback' ? `take ${whereIs(stayer)} back as well` : `${whereIs(stayer)} would have to move as well`}`, facts, inTheWay)
}
