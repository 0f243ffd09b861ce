import type { Metadata } from 'next'
import { PolicyScreen } from '#components/policy/policy-screen.tsx'
import { policyView } from '#lib/governance/queries/policy.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Approval policy' }

export default async function PolicyPage() {
  return <PolicyScreen initial={await firstLoad(policyView, {}, '/policy')} />
}
