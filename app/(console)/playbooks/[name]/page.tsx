import type { Metadata } from 'next'
import { PlaybookScreen } from '#components/playbook/playbook-screen.tsx'
import { playbookView } from '#lib/orchestration/queries/playbooks.ts'
import { firstLoad } from '../../load.ts'

export const metadata: Metadata = { title: 'Playbook' }

export default async function PlaybookPage({ params }: { params: Promise<{ name: string }> }) {
  const { name } = await params
  return <PlaybookScreen name={name} initial={await firstLoad(playbookView, { name }, `/playbooks/${name}`)} />
}
