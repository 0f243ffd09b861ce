import type { PlanDocument } from '../../model.ts'
import type { Resolved } from './compile.ts'
import type { PlaybookKind } from './kinds.ts'
import { factsOf } from './kinds.ts'

/** What can be switched back by anybody, and loses nothing. */
const switches = new Set(['flag', 'proxy', 'hold-reconciler', 'cdn', 'dns'])

/** Steps of agents that change something of which only their author knows what. */
const opaque = (resolved: readonly Resolved[]): Resolved[] =>
  resolved.filter(({ action }) => {
    const facts = factsOf(action.kind as PlaybookKind)
    return facts.by === 'agent' && !switches.has(action.kind) && facts.readOnly(action.params) !== true
  })

/** What its steps may cost. Nobody but their author knows, and not knowing is said: nothing starts by itself on it. */
export const lossesOf = (resolved: readonly Resolved[]): PlanDocument['losses'] =>
  [...new Map(opaque(resolved).map(({ instance, action }) => [instance.step.id, { what: `${instance.step.id} (${action.kind}): what it changes only its author knows`, severity: 'unknown' as const }])).values()]

/** A switch can be switched back; of anything else that changes something only its compensation says how. */
export function reversibleOf(moves: PlanDocument['reversible'], resolved: readonly Resolved[]): PlanDocument['reversible'] {
  const oneWay = opaque(resolved).find(({ compensate }) => compensate === null)
  return moves.yes && oneWay ? { yes: false, because: `${oneWay.instance.key} (${oneWay.action.kind}) names nothing that takes it back` } : moves
}
