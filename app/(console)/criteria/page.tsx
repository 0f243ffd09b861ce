import type { Metadata } from 'next'
import { CriteriaScreen } from '#components/criteria/criteria-screen.tsx'
import { criteriaList } from '#lib/triggers/queries/criteria.ts'
import { firstLoad } from '../load.ts'

export const metadata: Metadata = { title: 'Criteria' }

export default async function CriteriaPage() {
  return <CriteriaScreen initial={await firstLoad(criteriaList, {}, '/criteria')} />
}
