import { planMoves } from '#lib/orchestration/rules/plan-moves.ts'
import type { NoPlan, PlanDocument, Situation, StepDocument } from '#lib/orchestration/model.ts'

/** The plan of a world that has one. */
export function planned(world: Situation): PlanDocument {
  const result = planMoves(world)
  if (!result.ok) throw new Error(`there is no plan: ${result.because}`)
  return result.document
}

/** The refusal of a world that has no plan. */
export function refused(world: Situation): NoPlan {
  const result = planMoves(world)
  if (result.ok) throw new Error(`there is a plan: ${result.document.steps.map((step) => step.key).join(', ')}`)
  return result
}

export function stepOf({ steps }: PlanDocument, key: string): StepDocument {
  const step = steps.find((one) => one.key === key)
  if (!step) throw new Error(`no step ${key} among ${steps.map((one) => one.key).join(', ')}`)
  return step
}

/** All that is done before a step begins, directly or not. */
export function allBefore({ steps }: PlanDocument, key: string): Set<string> {
  const after = new Map(steps.map((step) => [step.key, step.after]))
  const found = new Set<string>()
  const open = [key]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const before of after.get(next) ?? []) {
      if (!found.has(before)) open.push(before)
      found.add(before)
    }
  }
  return found
}

/** Whether every step of the first kind is done before the other begins. */
export const isBefore = (plan: PlanDocument, first: string, then: string): boolean => allBefore(plan, then).has(first)
