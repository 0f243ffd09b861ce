import type { Metadata } from 'next'
import { PlanScreen } from '#components/plan/plan-screen.tsx'
import { planView } from '#lib/orchestration/queries/plan.ts'
import { firstLoad } from '../../load.ts'

export const metadata: Metadata = { title: 'Plan' }

export default async function PlanPage({ params }: { params: Promise<{ planId: string }> }) {
  const { planId } = await params
  return <PlanScreen planId={planId} initial={await firstLoad(planView, { planId }, `/plans/${planId}`)} />
}
