import type { ReleaseFacts } from '../../model.ts'
import type { Move } from './world.ts'

/** A move, and those of the moves before it in the order that call it. */
export interface Called {
  move: Move
  callers: readonly Move[]
}

/**
 * Callers before what they call, by the releases that `of` names: what is closed first finishes what is under way, and what it
 * calls for that is still open. Where they call each other in a circle the circle is cut at one place, since no order is right.
 */
export function callersFirst(moves: readonly Move[], of: (move: Move) => readonly ReleaseFacts[]): Called[] {
  const callers = callersOf(moves, of)
  const order: Move[] = []
  const seen = new Set<Move>()
  const visit = (move: Move): void => {
    if (seen.has(move)) return
    seen.add(move)
    for (const caller of callers.get(move) ?? []) visit(caller)
    order.push(move)
  }
  for (const move of moves) visit(move)
  const place = new Map(order.map((move, index) => [move, index]))
  return order.map((move, index) => ({ move, callers: [...(callers.get(move) ?? [])].filter((caller) => (place.get(caller) ?? index) < index) }))
}

function callersOf(moves: readonly Move[], of: (move: Move) => readonly ReleaseFacts[]): Map<Move, Set<Move>> {
  const providers = new Map<string, Move[]>()
  for (const move of moves) for (const release of of(move)) for (const { contract } of release.offers) providers.set(contract, [...(providers.get(contract) ?? []), move])
  const callers = new Map<Move, Set<Move>>()
  for (const caller of moves) {
    for (const release of of(caller)) {
      for (const { contract, scope } of release.calls) {
        for (const provider of providers.get(contract) ?? []) {
          if (provider.target.service === caller.target.service || (scope === 'region' && provider.region !== caller.region)) continue
          callers.set(provider, (callers.get(provider) ?? new Set()).add(caller))
        }
      }
    }
  }
  return callers
}
