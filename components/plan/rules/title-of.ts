import type { PlanView } from '#lib/orchestration/view.ts'

/** As many services as a heading can name. */
const most = 4

/** What a heading says of a plan: its whole sentence, or, where that names too many services, how many and where. */
export function titleOf({ sentence, moves }: Pick<PlanView, 'sentence' | 'moves'>): { kind: 'whole'; sentence: string } | { kind: 'many'; services: number; regions: string[] } {
  const services = new Set(moves.map((move) => move.service)).size
  if (services <= most) return { kind: 'whole', sentence }
  return { kind: 'many', services, regions: [...new Set(moves.map((move) => move.region))] }
}
