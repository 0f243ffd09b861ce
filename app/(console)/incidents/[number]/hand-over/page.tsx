import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { HandOverScreen } from '#components/hand-over/hand-over-screen.tsx'
import { handOverView } from '#lib/incidents/queries/hand-over.ts'
import { firstLoad } from '../../../load.ts'

export const metadata: Metadata = { title: 'Hand over' }

export default async function HandOverPage({ params }: { params: Promise<{ number: string }> }) {
  const number = Number((await params).number)
  if (!Number.isInteger(number) || number < 1) notFound()
  return <HandOverScreen number={number} initial={await firstLoad(handOverView, { number }, `/incidents/${number}/hand-over`)} />
}
