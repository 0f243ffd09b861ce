import type { PlanDocument, StepDocument } from '#lib/orchestration/model.ts'
import type { Chance } from './chance.ts'

/** One change to a plan, of the kind that a planner with a mistake in it would make; it may well still be right. */
export type Spoil = (plan: PlanDocument, draw: Chance) => PlanDocument

/** Reasons for exactly what waits. */
const withSteps = (plan: PlanDocument, steps: StepDocument[]): PlanDocument => ({ ...plan, steps, edges: steps.flatMap((step) => step.after.map((from) => ({ from, to: step.key, because: 'drawn' }))) })
const edit = (plan: PlanDocument, key: string, change: (step: StepDocument) => StepDocument): PlanDocument => withSteps(plan, plan.steps.map((step) => (step.key === key ? change(step) : step)))
const others = (plan: PlanDocument, ...roles: StepDocument['role'][]): StepDocument[] => plan.steps.filter((step) => roles.includes(step.role))

export const spoils: Readonly<Record<string, Spoil>> = {
  'one wait less': (plan, draw) => {
    const edge = plan.edges.length > 0 ? draw.pick(plan.edges) : null
    return edge ? edit(plan, edge.to, (step) => ({ ...step, after: step.after.filter((key) => key !== edge.from) })) : plan
  },
  'several waits less, and the rest of the order kept': (plan, draw) => {
    let spoiled = plan
    for (let count = 1 + draw.below(4); count > 0; count--) spoiled = loosen(spoiled, draw)
    return spoiled
  },
  'a step waits for nothing': (plan, draw) => edit(plan, draw.pick(plan.steps).key, (step) => ({ ...step, after: [] })),
  'a step is gone, its place in the order kept': (plan, draw) => {
    const gone = draw.pick(plan.steps)
    return withSteps(plan, plan.steps.filter((step) => step !== gone).map((step) => (step.after.includes(gone.key) ? { ...step, after: [...new Set([...step.after.filter((key) => key !== gone.key), ...gone.after])] } : step)))
  },
  'two steps change places': (plan, draw) => {
    const [a, b] = [draw.pick(plan.steps).key, draw.pick(plan.steps).key]
    const swap = (key: string): string => (key === a ? b : key === b ? a : key)
    const after = new Map(plan.steps.map((step) => [swap(step.key), step.after.map(swap)]))
    return withSteps(plan, plan.steps.map((step) => ({ ...step, after: after.get(step.key) ?? [] })))
  },
  'it waits for the switch, not for what serves': (plan, draw) => {
    const verifies = others(plan, 'verify')
    const verify = draw.pick(verifies)
    return withSteps(plan, plan.steps.map((step) => (step.role === 'open' ? step : { ...step, after: step.after.map((key) => (key === verify.key ? key.replace(/^verify/, 'deploy') : key)) })))
  },
  'one wait more': (plan, draw) => {
    const [from, to] = [draw.pick(plan.steps).key, draw.pick(plan.steps).key]
    return from === to ? plan : edit(plan, to, (step) => ({ ...step, after: [...new Set([...step.after, from])] }))
  },
  'two groups become one': (plan, draw) => {
    const [one, other] = [plan.groups[0]?.key, draw.pick(plan.groups)?.key]
    return one === undefined || other === undefined ? plan : { ...plan, moves: plan.moves.map((move) => (move.group === other ? { ...move, group: one } : move)) }
  },
  'what is broken already is not said': (plan) => ({ ...plan, excused: [] }),
  'a purge, a migration or a hold is forgotten': (plan, draw) => {
    const found = others(plan, 'purge', 'migrate', 'hold')
    const gone = found.length > 0 ? draw.pick(found) : null
    if (!gone) return plan
    const steps = plan.steps.filter((step) => step !== gone).map((step) => (step.after.includes(gone.key) ? { ...step, after: [...new Set([...step.after.filter((key) => key !== gone.key), ...gone.after])] } : step))
    return { ...withSteps(plan, steps), migrations: plan.migrations.filter((migration) => migration.step !== gone.key) }
  },
}

/** One wait is taken away, and what it carried between its neighbours is kept: the mildest way to allow more moments. */
function loosen(plan: PlanDocument, draw: Chance): PlanDocument {
  if (plan.edges.length === 0) return plan
  const { from, to } = draw.pick(plan.edges)
  const earlier = plan.steps.find((step) => step.key === from)?.after ?? []
  return withSteps(
    plan,
    plan.steps.map((step) => {
      if (step.key === to) return { ...step, after: [...new Set([...step.after.filter((key) => key !== from), ...earlier])] }
      return step.after.includes(to) ? { ...step, after: [...new Set([...step.after, from])] } : step
    }),
  )
}
