import type { Metadata } from 'next'
import { RunScreen } from '#components/run/run-screen.tsx'
import { runView } from '#lib/orchestration/queries/run.ts'
import { firstLoad } from '../../load.ts'

export const metadata: Metadata = { title: 'Run' }

export default async function RunPage({ params }: { params: Promise<{ runId: string }> }) {
  const { runId } = await params
  return <RunScreen runId={runId} initial={await firstLoad(runView, { runId }, `/runs/${runId}`)} />
}
