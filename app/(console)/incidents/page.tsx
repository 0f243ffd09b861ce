import type { Metadata } from 'next'
import { IncidentsScreen } from '#components/incident/incidents-screen.tsx'
import { incidentList } from '#lib/incidents/queries/incidents.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Incidents' }

export default async function IncidentsPage() {
  return <IncidentsScreen initial={await firstLoad(incidentList, {}, '/incidents')} />
}
