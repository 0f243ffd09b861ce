import type { PlanDocument, Situation, StepDocument } from '../model.ts'
import { contractsAreBroken } from './verify/contracts.ts'
import { databasesAreWrong } from './verify/databases.ts'
import { documentIsWrong } from './verify/document.ts'
import { groupsAreWrong } from './verify/groups.ts'
import { limitsAreExceeded } from './verify/limits.ts'
import { movesAreUnlocked, neighboursAreUnlocked } from './verify/locks.ts'
import { placesOf } from './verify/moves.ts'
import { orderOf } from './verify/order.ts'
import { residueIsWrong } from './verify/residue.ts'
import type { Check, Scene } from './verify/scene.ts'
import { firstWrong } from './verify/scene.ts'
import { movesAreWrong } from './verify/turns.ts'
import { windowsAreWrong } from './verify/windows.ts'

export interface Proof {
  holds: boolean
  /** One sentence: what was proven, or the first thing that is wrong. */
  because: string
}

const checks: readonly Check[] = [windowsAreWrong, movesAreWrong, groupsAreWrong, contractsAreBroken, databasesAreWrong, residueIsWrong, limitsAreExceeded, movesAreUnlocked, neighboursAreUnlocked]

/**
 * Checks a plan against a world, knowing nothing of how it was made: the model is all that it shares with the planner.
 * Every state that its order of steps allows must be one in which what runs can run: a call, a database, what was left behind,
 * a quorum and a capacity are each looked at for every two things that no order keeps apart.
 */
export function verifyPlan(plan: PlanDocument, world: Situation): Proof {
  const scene = sceneOf(plan, world)
  const because = typeof scene === 'string' ? scene : firstWrong(checks, (check) => check(scene))
  return because === null ? { holds: true, because: `${plan.moves.length} moves among ${world.targets.length} targets: every mix of versions on the way is allowed` } : { holds: false, because }
}

function sceneOf(plan: PlanDocument, world: Situation): Scene | string {
  const order = orderOf(plan.steps)
  if (typeof order === 'string') return order
  const because = documentIsWrong(plan, world)
  if (because) return because
  const own = new Map<string, StepDocument[]>()
  for (const step of plan.steps) {
    if (step.target === null) continue
    const already = own.get(step.target)
    if (already) already.push(step)
    else own.set(step.target, [step])
  }
  const places = placesOf(plan, world, own)
  return typeof places === 'string' ? places : { plan, world, order, places, own }
}
