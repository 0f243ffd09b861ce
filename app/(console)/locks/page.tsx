import type { Metadata } from 'next'
import { LocksScreen } from '#components/locks/locks-screen.tsx'
import { lockList } from '#lib/state/queries/locks.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Locks' }

export default async function LocksPage() {
  return <LocksScreen initial={await firstLoad(lockList, {}, '/locks')} />
}
