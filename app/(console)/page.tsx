import type { Metadata } from 'next'
import { SituationScreen } from '#components/situation/situation-screen.tsx'
import { situationView } from '#lib/incidents/queries/situation.ts'
import { firstLoad } from './load.ts'

export const metadata: Metadata = { title: 'Situation' }

export default async function SituationPage() {
  return <SituationScreen initial={await firstLoad(situationView, {}, '/')} />
}
