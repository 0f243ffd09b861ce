import type { Metadata } from 'next'
import { ReleaseScreen } from '#components/releases/release-screen.tsx'
import { releaseView } from '#lib/releases/queries/release.ts'
import { firstLoad } from '../../load.ts'

export const metadata: Metadata = { title: 'Release' }

export default async function ReleasePage({ params }: { params: Promise<{ releaseId: string }> }) {
  const { releaseId } = await params
  return <ReleaseScreen releaseId={releaseId} initial={await firstLoad(releaseView, { releaseId }, `/releases/${releaseId}`)} />
}
