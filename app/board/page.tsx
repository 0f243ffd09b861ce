import type { Metadata } from 'next'
import { firstLoad } from '../(console)/load.ts'
import { BoardScreen } from '#components/board/board-screen.tsx'
import { boardView } from '#lib/incidents/queries/board.ts'

export const metadata: Metadata = { title: 'Board' }
export const dynamic = 'force-dynamic'

export default async function BoardPage({ searchParams }: { searchParams: Promise<{ kiosk?: string }> }) {
  const kiosk = (await searchParams).kiosk !== undefined
  return <BoardScreen kiosk={kiosk} initial={await firstLoad(boardView, {}, kiosk ? '/board?kiosk' : '/board')} />
}
