import type { NoPlan, Situation, TargetFacts } from '../../model.ts'
import { canComeAlong } from './movers.ts'
import type { Refusal } from './world.ts'

export type AlsoMove = NonNullable<NoPlan['alsoMove']>
type Plan = (situation: Situation) => Refusal | null

/** The same situation with these coming along to their own last known good. */
export function withAlong(situation: Situation, targetIds: ReadonlySet<string>): Situation {
  return { ...situation, targets: situation.targets.map((target) => (targetIds.has(target.targetId) && !target.goTo && target.candidate ? { ...target, goTo: target.candidate, why: 'along' } : target)) }
}

/** Beyond what is forced this many others are tried, and only in worlds of at most that many targets: each try is a whole plan. */
const mostTries = 40
const mostTargets = 200

/**
 * The smallest set of further targets with which there is a plan. What stands in the way is forced, since each has one
 * place to go to; so the closure is the smallest there is. Where it is not enough, one more is tried.
 */
export function alsoMoveFor(situation: Situation, refusal: Refusal, plan: Plan): AlsoMove | null {
  const added = new Set<string>()
  let world = situation
  let refused: Refusal | null = refusal
  while (refused) {
    const further: readonly TargetFacts[] = refused.inTheWay
    if (further.length === 0) return oneMore(world, added, plan)
    if (!further.every((target) => canComeAlong(target, situation.windows))) return null
    for (const { targetId } of further) added.add(targetId)
    world = withAlong(situation, added)
    refused = plan(world)
  }
  return named(situation, added)
}

function oneMore(situation: Situation, added: ReadonlySet<string>, plan: Plan): AlsoMove | null {
  if (situation.targets.length > mostTargets) return null
  const spare = situation.targets.filter((target) => canComeAlong(target, situation.windows)).slice(0, mostTries)
  const helpful = spare.find((target) => plan(withAlong(situation, new Set([target.targetId]))) === null)
  return helpful ? named(situation, new Set([...added, helpful.targetId])) : null
}

const named = ({ targets }: Situation, chosen: ReadonlySet<string>): AlsoMove =>
  targets
    .filter(({ targetId }) => chosen.has(targetId))
    .map(({ targetId, service, region, goTo, candidate }) => ({ targetId, service, region, version: (candidate ?? goTo)?.version ?? '' }))
    .sort((a, b) => (`${a.service}:${a.region}` < `${b.service}:${b.region}` ? -1 : 1))
