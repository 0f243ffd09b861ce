import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { IncidentScreen } from '#components/incident/incident-screen.tsx'
import { incidentView } from '#lib/incidents/queries/incident.ts'
import { firstLoad } from '../../load.ts'

interface Props {
  params: Promise<{ number: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `INC-${(await params).number}` }
}

export default async function IncidentPage({ params }: Props) {
  const text = (await params).number
  if (!/^\d{1,9}$/.test(text)) notFound()
  const number = Number(text)
  return <IncidentScreen number={number} initial={await firstLoad(incidentView, { number }, `/incidents/${number}`)} />
}
