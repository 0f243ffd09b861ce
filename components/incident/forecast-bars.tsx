'use client'

import { useTranslations } from 'use-intl'
import { durationText } from '#components/ui/time-text.ts'
import type { ForecastView } from '#lib/orchestration/view.ts'
import { againstLimit, rangeInWords } from './rules/in-words.ts'

const toneOf = { none: 'text-text-2', inside: 'text-good-fg', 'may miss': 'text-degraded-fg', misses: 'text-bad-fg' } as const

/** Per region: the likely range as a bar on one scale, and how it stands to the time the region has. */
export function ForecastBars({ forecast }: { forecast: ForecastView }) {
  const t = useTranslations('incident.forecast')
  const longest = Math.max(1, ...forecast.regions.map((region) => region.p90Ms)) * 1.05
  const share = (ms: number): string => `${(ms / longest) * 100}%`
  return (
    <ul className="mt-3 space-y-2.5">
      {forecast.regions.map((region) => {
        const stands = againstLimit(region.p50Ms, region.p90Ms, region.rtoSeconds)
        return (
          <li key={region.region} className="grid grid-cols-[minmax(2.5rem,auto)_minmax(0,1fr)] items-center gap-x-3 gap-y-1 sm:grid-cols-[minmax(2.5rem,auto)_minmax(0,1fr)_15rem]">
            <span className="font-medium">{region.region}</span>
            <span aria-hidden className="relative h-2.5 rounded-full bg-sunken">
              <span className="absolute inset-y-0 left-0 rounded-full bg-border-strong" style={{ width: share(region.p50Ms) }} />
              <span className="hatched absolute inset-y-0 rounded-r-full border border-l-0 border-border-strong" style={{ left: share(region.p50Ms), width: share(region.p90Ms - region.p50Ms) }} />
            </span>
            <span className="col-start-2 text-[0.8125rem] text-text-2 sm:col-start-3">
              {rangeInWords(region.p50Ms, region.p90Ms)} <span className={toneOf[stands]}>{t(stands === 'may miss' ? 'mayMiss' : stands, { limit: durationText(region.rtoSeconds * 1000) })}</span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}
