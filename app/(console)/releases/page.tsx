import type { Metadata } from 'next'
import { ReleasesScreen } from '#components/releases/releases-screen.tsx'
import { releaseList } from '#lib/releases/queries/releases.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Releases' }

export default async function ReleasesPage() {
  return <ReleasesScreen initial={await firstLoad(releaseList, {}, '/releases')} />
}
