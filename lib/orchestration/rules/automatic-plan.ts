import type { AutomaticPlan } from '#lib/governance/rules/standing.ts'
import type { PlanDocument } from '../model.ts'

const order = ['none', 'some', 'serious', 'unknown'] as const

/** What the policy has to know of a plan. Not knowing what is lost is worse than knowing that something is. */
export function automaticPlan(document: Pick<PlanDocument, 'environment' | 'moves' | 'groups' | 'migrations' | 'losses'>, chosenByPerson: boolean): AutomaticPlan {
  const { environment, moves, groups, migrations, losses } = document
  const worst = losses.reduce((most, { severity }) => Math.max(most, order.indexOf(severity)), 0)
  return {
    environment,
    services: [...new Set(moves.map((move) => move.service))].sort(),
    targets: moves.length,
    regions: [...new Set(moves.map((move) => move.region))].sort(),
    groups: groups.length,
    migrations: migrations.length,
    worstLoss: order[worst] ?? 'unknown',
    chosenByPerson,
  }
}
