import type { PlanDocument, Situation, StepDocument, StepRole, TargetFacts } from '../../model.ts'
import { isCenterKind } from '../../model.ts'
import { firstWrong, nameOf } from './scene.ts'

/** Roles that are done in one way only, named as they are. */
const saysHow: ReadonlySet<StepRole> = new Set(['snapshot', 'stage', 'drain', 'stop', 'deploy', 'verify', 'open', 'barrier'])
/** What a playbook may not do beside the plan: it would be another move. */
const movesSomething: ReadonlySet<string> = new Set(['stage', 'drain', 'stop', 'deploy', 'open'])

/** Whether the document is about this world and holds together as a graph, whatever it moves. */
export function documentIsWrong(plan: PlanDocument, world: Situation): string | null {
  if (plan.environment !== world.environment || plan.agentKind !== world.agentKind) return `the plan is for ${plan.environment} (${plan.agentKind}), and this is ${world.environment} (${world.agentKind})`
  if (plan.purpose !== world.purpose) return `the plan is a ${plan.purpose}, and a ${world.purpose} was asked for`
  if (world.missing.length > 0) return `${world.missing.join(' and ')} should go back and has nothing to go back to`
  return reasonsAreWrong(plan) ?? stepsAreWrong(plan, world)
}

function reasonsAreWrong({ steps, edges }: PlanDocument): string | null {
  const explained = new Set<string>()
  for (const edge of edges) {
    if (!edge.because.trim()) return `${edge.to} waits for ${edge.from} without a reason`
    explained.add(`${edge.from}\n${edge.to}`)
  }
  const waits = new Set<string>()
  for (const step of steps) {
    for (const from of step.after) {
      if (!explained.has(`${from}\n${step.key}`)) return `${step.key} waits for ${from} without a reason`
      waits.add(`${from}\n${step.key}`)
    }
  }
  return firstWrong(edges, ({ from, to }) => (waits.has(`${from}\n${to}`) ? null : `a reason is given why ${to} waits for ${from}, and it does not wait`))
}

function stepsAreWrong(plan: PlanDocument, world: Situation): string | null {
  const targets = new Map(world.targets.map((target) => [target.targetId, target]))
  const moving = new Set(plan.moves.map((move) => move.target))
  return firstWrong(plan.steps, (step) => stepIsWrong(step, plan, targets, moving))
}

function stepIsWrong(step: StepDocument, plan: PlanDocument, targets: ReadonlyMap<string, TargetFacts>, moving: ReadonlySet<string>): string | null {
  if (step.environment !== plan.environment || step.agentKind !== plan.agentKind) return `${step.key} is for ${step.environment} (${step.agentKind}), and the plan for ${plan.environment} (${plan.agentKind})`
  if (saysHow.has(step.role) && step.kind !== step.role) return `${step.key} is there to ${step.role} and would be done as ${step.kind}`
  if (step.role === 'playbook' && movesSomething.has(step.kind)) return `${step.key} of the playbook would ${step.kind} something, which only a move may`
  if (isCenterKind(step.kind)) {
    if (step.role !== 'barrier' && step.role !== 'playbook') return `${step.key} is there to ${step.role}, and the command center cannot do that itself`
    return step.region === null && step.target === null ? null : `${step.key} is done by the command center and names a place`
  }
  if (step.region === null) return `${step.key} says no region, so no agent would take it`
  if (step.target === null) return step.role === 'migrate' || step.role === 'playbook' ? null : `${step.key} is there to ${step.role} and names no target`
  const target = targets.get(step.target)
  if (!target) return `${step.key} touches a target that is not there`
  if (step.role !== 'playbook' && !moving.has(step.target)) return `${step.key} touches ${nameOf(target)}, which the plan does not move`
  if (step.region !== target.region || step.service !== target.service) return `${step.key} is about ${nameOf(target)} and says ${step.service ?? 'no service'} in ${step.region}`
  return null
}
