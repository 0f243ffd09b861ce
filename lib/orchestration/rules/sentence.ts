import type { PlanDocument } from '../model.ts'

/** A plan as a commander reads it: `checkout 1.5.0 → 1.4.2 in us, then eu`. */
export function sentenceOf({ moves }: Pick<PlanDocument, 'moves'>): string {
  const services = [...new Set(moves.map((move) => move.service))]
  return services
    .map((service) => {
      const own = moves.filter((move) => move.service === service)
      const from = [...new Set(own.flatMap((move) => move.from.map((one) => one.version ?? 'unregistered bytes')))].filter((version) => version !== own[0]?.to.version)
      const regions = [...new Set(own.map((move) => move.region))]
      return `${service} ${from.join(' and ') || 'nothing'} → ${own[0]?.to.version ?? ''} in ${regions.join(', then ')}`
    })
    .join('; ')
}
