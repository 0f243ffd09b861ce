import type { ChangeKind } from '#lib/governance/model.ts'
import type { PlanDocument } from '../model.ts'

/**
 * What a plan does, as a policy tells changes apart. `knownGood` holds `<target> <release>` of every release that was known good on its target;
 * whatever is not in it goes forward, into what nobody has seen work there.
 */
export function changeKinds({ moves, migrations, steps }: Pick<PlanDocument, 'moves' | 'migrations' | 'steps'>, knownGood: ReadonlySet<string>): ChangeKind[] {
  const kinds = new Set<ChangeKind>()
  for (const move of moves) kinds.add(knownGood.has(`${move.target} ${move.to.releaseId}`) ? 'rollback' : 'forward')
  if (migrations.length > 0) kinds.add('schema')
  for (const step of steps) if (step.role === 'playbook') kinds.add(step.kind === 'flag' ? 'flag' : 'playbook')
  return [...kinds].sort()
}
