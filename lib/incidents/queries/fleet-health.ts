import { fleetView } from '#lib/catalog/queries/fleet.ts'
import type { Health } from '#lib/catalog/view.ts'
import { system } from '#lib/platform/actor.ts'
import type { Scopes } from '#lib/platform/may.ts'
import { read } from '#lib/platform/query.ts'
import { countHealth } from '../rules/count-health.ts'
import type { FleetCount } from '../rules/count-health.ts'

/** How many targets are well, by the rule that the fleet's own screen uses. */
export async function fleetHealth(scopes: Scopes): Promise<FleetCount> {
  const { data } = await read(fleetView, system('board'), scopes, {})
  return countHealth(data.services.flatMap((service): Health[] => service.targets.map((target) => target.health)))
}
