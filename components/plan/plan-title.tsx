'use client'

import { useTranslations } from 'use-intl'
import type { PlanView } from '#lib/orchestration/view.ts'
import { titleOf } from './rules/title-of.ts'

/** What a plan does, as short as a heading has to be; what it leaves out is in the list of moves. */
export function PlanTitle({ plan }: { plan: Pick<PlanView, 'sentence' | 'moves'> }) {
  const t = useTranslations('plan')
  const title = titleOf(plan)
  if (title.kind === 'whole') return title.sentence
  return t('many', { services: title.services, regions: title.regions.reduce((first, second) => t('then', { first, second })) })
}
