import type { Metadata } from 'next'
import { FleetScreen } from '#components/fleet/fleet-screen.tsx'
import { fleetView } from '#lib/catalog/queries/fleet.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Fleet' }

export default async function FleetPage() {
  return <FleetScreen initial={await firstLoad(fleetView, {}, '/fleet')} />
}
