import type { Metadata } from 'next'
import { AgentsScreen } from '#components/agents/agents-screen.tsx'
import { agentList } from '#lib/orchestration/queries/agents.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Agents' }

export default async function AgentsPage() {
  return <AgentsScreen initial={await firstLoad(agentList, {}, '/agents')} />
}
