import type { PlanDocument } from '../model.ts'

type Told = Pick<PlanDocument, 'moves'> & Partial<Pick<PlanDocument, 'migrations' | 'playbook' | 'steps'>>

/** More services than this are counted and not named. */
const mostServices = 6

/** A plan as a commander reads it: `checkout 1.5.0 → 1.4.2 in us, then eu; shop back from schema 3 to 2 in eu`. One that moves nothing: `turn-off-and-watch r2: off, settle`. */
export function sentenceOf({ moves, migrations = [], playbook, steps = [] }: Told): string {
  if (moves.length === 0 && playbook) return `${playbook.name} r${playbook.revision}: ${[...new Set(steps.map((step) => step.key.split(':')[1] ?? step.key))].join(', ')}`.slice(0, 1_000)
  const byService = Map.groupBy(moves, (move) => move.service)
  const services = [...byService].slice(0, mostServices).map(([service, own]) => {
    const from = [...new Set(own.flatMap((move) => move.from.map((one) => one.version ?? 'unregistered bytes')))].filter((version) => version !== own[0]?.to.version)
    const regions = [...new Set(own.map((move) => move.region))]
    const drained = own.some((move) => move.group !== null) ? ', behind a drain' : ''
    return `${service} ${from.join(' and ') || 'nothing'} → ${own[0]?.to.version ?? ''} in ${regions.join(', then ')}${drained}`
  })
  const schemas = [...Map.groupBy(migrations, ({ database, region }) => `${database}/${region ?? ''}`).values()].map((chain) => {
    const region = chain[0]?.region
    return `${chain[0]?.database} back from schema ${chain[0]?.from} to ${chain.at(-1)?.to}${region ? ` in ${region}` : ''}`
  })
  const more = byService.size - services.length
  return [...services, ...(more > 0 ? [`${more} more ${more === 1 ? 'service' : 'services'}`] : []), ...schemas].join('; ')
}
