import type { Metadata } from 'next'
import { PlaybooksScreen } from '#components/playbook/playbooks-screen.tsx'
import { playbookList } from '#lib/orchestration/queries/playbooks.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Playbooks' }

export default async function PlaybooksPage() {
  return <PlaybooksScreen initial={await firstLoad(playbookList, {}, '/playbooks')} />
}
