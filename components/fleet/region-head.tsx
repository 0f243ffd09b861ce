'use client'

import { useTranslations } from 'use-intl'
import { durationText } from '#components/ui/time-text.ts'
import { StatusMark } from '#components/ui/status.tsx'
import type { FleetView } from '#lib/catalog/view.ts'

/** A region: where it lies, how much it carries, how fast it must be back, and who reports from it. */
export function RegionHead({ region }: { region: FleetView['regions'][number] }) {
  const t = useTranslations('fleet.region')
  const live = region.agents.filter((agent) => agent.live).length
  const total = region.agents.length
  return (
    <>
      <span className="flex items-baseline gap-2 text-base font-semibold">{region.name} <span className="text-xs font-normal text-text-3">{region.jurisdiction}</span></span>
      <span className="block text-xs font-normal text-text-3">{t('traffic', { share: `${Math.round(region.trafficShare * 100)} %` })} · {t('rto', { time: durationText(region.rtoSeconds * 1000) })}</span>
      <span className="mt-1 flex items-center gap-1.5 text-xs font-normal text-text-2">
        <StatusMark tone={total > 0 && live === total ? 'good' : live > 0 ? 'degraded' : 'bad'} className="size-3.5" />
        {total === 0 ? t('noAgents') : t('agents', { live, total })}
      </span>
    </>
  )
}
