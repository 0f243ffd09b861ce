import type { Metadata } from 'next'
import { SecurityScreen } from '#components/me/security-screen.tsx'
import { securityView } from '#lib/platform/queries/security.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Second factors and sessions' }

export default async function MePage() {
  return <SecurityScreen initial={await firstLoad(securityView, {}, '/me')} />
}
