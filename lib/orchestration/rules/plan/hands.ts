import type { PlanDocument, RegionFacts, StepDocument } from '../../model.ts'
import { isCenterKind } from '../../model.ts'
import type { Refusal } from './world.ts'
import { allOf, refuse } from './world.ts'

/** Whether agents that are alive may do every step; a region that was not asked is not judged. */
export function missingHands({ steps, groups, moves, migrations }: PlanDocument, regions: readonly RegionFacts[]): Refusal | null {
  const kindsOf = new Map(regions.map((region) => [region.name, region.kinds]))
  const cannot = ({ region, kind }: StepDocument): boolean => region !== null && !isCenterKind(kind) && kindsOf.get(region)?.includes(kind) === false
  const first = steps.find(cannot)
  if (!first) return null
  const kinds = [...new Set(steps.filter((step) => step.region === first.region && cannot(step)).map(({ kind }) => kind))]
  const lacking = `no agent in ${first.region} may do ${allOf(kinds)}`
  const group = groups.find(({ key }) => moves.some((move) => move.target === first.target && move.group === key))
  const undo = migrations.find(({ step }) => step === first.key)
  const needing = undo
    ? `${undo.database} has to go from schema ${undo.from} to ${undo.to}`
    : group && ['drain', 'stop', 'purge', 'open'].includes(first.role)
      ? `${first.service} in ${first.region} has to move behind a drain: ${group.because}`
      : `${first.service} in ${first.region} has to move`
  return refuse(`${lacking}; ${needing}`, [needing, lacking])
}
