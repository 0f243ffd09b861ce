import { fleetView } from '#lib/catalog/queries/fleet.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(fleetView)
