import type { Metadata } from 'next'
import { ApprovalsScreen } from '#components/approval/approvals-screen.tsx'
import { approvalList } from '#lib/governance/queries/approvals.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Approvals' }

export default async function ApprovalsPage() {
  return <ApprovalsScreen initial={await firstLoad(approvalList, {}, '/approvals')} />
}
