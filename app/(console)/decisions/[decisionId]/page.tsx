import type { Metadata } from 'next'
import { DecisionScreen } from '#components/decision/decision-screen.tsx'
import { decisionView } from '#lib/governance/queries/decision.ts'
import { firstLoad } from '../../load.ts'

export const metadata: Metadata = { title: 'Decision' }

export default async function DecisionPage({ params }: { params: Promise<{ decisionId: string }> }) {
  const { decisionId } = await params
  return <DecisionScreen decisionId={decisionId} initial={await firstLoad(decisionView, { decisionId }, `/decisions/${decisionId}`)} />
}
