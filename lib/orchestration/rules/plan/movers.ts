import type { ReleaseFacts, Situation, TargetFacts, WindowFacts } from '../../model.ts'
import type { Move, Refusal, Stay, World } from './world.ts'
import { byName, refuse, someOf, whereIs } from './world.ts'

/** Who moves and who stays, in an order that does not depend on how the situation was read; or what forbids looking further. */
export function readWorld(situation: Situation): World | Refusal {
  const { missing } = situation
  if (missing.length > 0) return refuse(`${missing.join(' and ')} ${missing.length === 1 ? 'has' : 'have'} no last known good release to go back to; name a version`)
  const shares = new Map(situation.regions.map((region) => [region.name, region.trafficShare]))
  const moves: Move[] = []
  const stays: Stay[] = []
  for (const target of [...situation.targets].sort((a, b) => byName(a.service, b.service) || byName(a.region, b.region))) {
    if (target.goTo && target.running === null) return refuse(`no agent has lately seen what runs as ${whereIs(target)}; without that nothing is safe to say`)
    const now = (target.running ?? []).flatMap(({ release }) => release ?? [])
    if (!target.goTo || runsOnly(target, target.goTo)) stays.push({ target, now })
    else moves.push(moveOf(target, target.goTo, now, shares.get(target.region) ?? 0))
  }
  if (moves.length === 0) return refuse('every target already runs the release it should go to')
  const closed = forbiddenByWindow(situation, moves)
  if (closed) return closed
  const share = (region: string): number => shares.get(region) ?? 0
  const regions = [...new Set(moves.map((move) => move.region))].sort((a, b) => share(a) - share(b) || byName(a, b))
  return { situation, moves, stays, regions }
}

const runsOnly = ({ running }: TargetFacts, release: ReleaseFacts): boolean => (running ?? []).length > 0 && (running ?? []).every(({ digest }) => digest === release.digest)

const moveOf = (target: TargetFacts, to: ReleaseFacts, now: readonly ReleaseFacts[], share: number): Move => ({
  kind: 'move', name: `${target.service}:${target.region}`, target, region: target.region, now, old: now.filter(({ digest }) => digest !== to.digest), to, share,
})

/** Whether a target could come along: it has somewhere to go that it is not at, it was seen, and nobody works on it. */
export function canComeAlong(target: TargetFacts, windows: readonly WindowFacts[]): boolean {
  if (!target.candidate || target.goTo || !target.running || runsOnly(target, target.candidate)) return false
  return !windows.some((window) => window.kind === 'maintenance' && window.targetIds.includes(target.targetId))
}

function forbiddenByWindow({ windows, purpose }: Situation, moves: readonly Move[]): Refusal | null {
  for (const window of [...windows].sort((a, b) => byName(a.name, b.name))) {
    const inside = new Set(window.targetIds)
    const move = moves.find(({ target }) => inside.has(target.targetId))
    if (!move) continue
    const where = whereIs(move.target)
    if (window.kind === 'maintenance') return refuse(`${where} is in maintenance (${window.name}) until ${window.until} and is not moved`, [`${where} is to go to ${move.to.version}`, `${where} is in maintenance (${window.name}) until ${window.until}`])
    if (purpose === 'rollback' && window.rollback) continue
    const what = purpose === 'rollback' ? 'and not even a rollback passes' : 'and nothing is deployed in it'
    return refuse(`the freeze ${window.name} is in force for ${where} until ${window.until}, ${what}`, [`${where} is to go to ${move.to.version}`, `the freeze ${window.name} is in force for ${where} until ${window.until}, ${what}`])
  }
  return null
}

/** What whoever decides has to know: freezes that a rollback passes, and what nobody has lately seen. */
export function notesOf({ situation, moves, stays }: World): string[] {
  const moving = new Set(moves.map(({ target }) => target.targetId))
  const freezes = situation.windows.filter((window) => window.kind === 'freeze' && window.targetIds.some((id) => moving.has(id)))
  const unseen = stays.filter(({ target }) => target.running === null).map(({ target }) => whereIs(target))
  return [
    ...freezes.map(({ name, until }) => `the freeze ${name} is in force until ${until}; a rollback passes it`).sort(),
    ...(unseen.length > 0 ? [`no agent has lately seen ${someOf(unseen)}: whether what runs there works with what moves is not known`] : []),
  ]
}
