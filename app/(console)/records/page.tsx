import type { Metadata } from 'next'
import { RecordsScreen } from '#components/record/records-screen.tsx'
import { inputOf, searchOf, soughtOf } from '#components/record/rules/sought.ts'
import { recordList } from '#lib/governance/queries/records.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Records' }

export default async function RecordsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const sought = soughtOf(await searchParams)
  return <RecordsScreen sought={sought} initial={await firstLoad(recordList, inputOf(sought), `/records${searchOf(sought)}`)} />
}
