import type { LimitFacts } from '../../model.ts'
import { heaviestAtOnce } from './heaviest.ts'
import type { Check, Place, Scene } from './scene.ts'
import { firstWrong } from './scene.ts'

/** When a move takes its target out, and how much of its weight: `weight / of`. */
interface Outage {
  weight: number
  of: number
  first: string
  last: string
}

/** Never more of a set is out at once than may be: those that are out anyway, and the heaviest of those that can be under way together. */
export const limitsAreExceeded: Check = (scene) => {
  const places = new Map(scene.places.map((place) => [place.target.targetId, place]))
  const inMaintenance = new Set(scene.world.windows.flatMap((window) => (window.kind === 'maintenance' ? window.targetIds : [])))
  return firstWrong(scene.world.limits, (limit) => limitIsExceeded(limit, places, inMaintenance, scene))
}

function limitIsExceeded(limit: LimitFacts, places: ReadonlyMap<string, Place>, inMaintenance: ReadonlySet<string>, { order }: Scene): string | null {
  let already = 0
  const outages: Outage[] = []
  for (const { targetId, weight } of limit.members) {
    const place = places.get(targetId)
    if (place?.target.out || inMaintenance.has(targetId)) already += weight
    else if (place?.moved) outages.push(outageOf(place, place.moved, weight, limit.kind))
  }
  if (outages.length === 0) return null
  const scale = outages.reduce((multiple, { of }) => leastCommon(multiple, of), 1)
  // Whole numbers, so that a sum of thirds is what it is; where the parts have no small common measure, rounded against the plan.
  const unit = scale <= 1e9 ? scale : 1e6
  const weights = outages.map(({ weight, of }) => Math.ceil(roundOff((weight * unit) / of)))
  const allowed = Math.floor(roundOff((limit.mayBeOut - already) * unit))
  if (weights.reduce((total, one) => total + one, 0) <= allowed) return null
  const most = heaviestAtOnce(weights, (i, j) => order.before((outages[i] as Outage).last, (outages[j] as Outage).first), allowed)
  if (most <= allowed) return null
  return `${asText(most / unit + already)} of ${limit.name} would be out at once${already > 0 ? ` (${asText(already)} of it already)` : ''}, and ${asText(limit.mayBeOut)} may be`
}

function outageOf({ target }: Place, { by }: NonNullable<Place['moved']>, weight: number, kind: LimitFacts['kind']): Outage {
  if (by.drain) return { weight, of: 1, first: by.drain.drain, last: by.drain.open }
  return { weight, of: kind === 'capacity' ? Math.max(1, target.instances) : 1, first: by.deploy, last: by.verify }
}

/** How much of its weight is out while a target moves. */
export function shareOut(place: Place, moved: NonNullable<Place['moved']>, weight: number, kind: LimitFacts['kind']): number {
  return weight / outageOf(place, moved, weight, kind).of
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b))
const leastCommon = (a: number, b: number): number => (a / greatestCommon(a, b)) * b
/** 0.1 × 30 is 3, not a little more. */
const roundOff = (value: number): number => (Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value)
const asText = (value: number): string => String(Number(value.toFixed(3)))
