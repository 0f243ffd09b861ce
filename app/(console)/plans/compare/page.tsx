import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { CompareScreen } from '#components/plan/compare-screen.tsx'
import { planView } from '#lib/orchestration/queries/plan.ts'
import { firstLoad } from '../../load.ts'

export const metadata: Metadata = { title: 'Two plans' }

export default async function ComparePage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { a, b } = await searchParams
  if (typeof a !== 'string' || typeof b !== 'string') notFound()
  const here = `/plans/compare?a=${a}&b=${b}`
  const [first, second] = [await firstLoad(planView, { planId: a }, here), await firstLoad(planView, { planId: b }, here)]
  return <CompareScreen a={a} b={b} first={first} second={second} />
}
