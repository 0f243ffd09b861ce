'use client'

import { useTranslations } from 'use-intl'
import { againstLimit, ended, rangeInWords } from '#components/incident/rules/in-words.ts'
import { useNamedSteps } from '#components/incident/use-step-words.ts'
import { laneOfRegion } from '#components/plan/rules/picture-of-run.ts'
import { Countdown } from '#components/ui/age.tsx'
import { Status } from '#components/ui/status.tsx'
import { durationText } from '#components/ui/time-text.ts'
import type { RunView } from '#lib/orchestration/view.ts'

const regionTone = { waiting: 'neutral', working: 'working', done: 'good', stuck: 'bad' } as const
const limitTone = { none: 'text-text-3', inside: 'text-text-2', 'may miss': 'text-degraded-fg', misses: 'text-bad-fg' } as const

/** One region: where it stands, when it is expected back, how long its limit still gives it, and why it waits. */
export function LaneState({ run, lane }: { run: RunView; lane: string }) {
  const t = useTranslations('run')
  const nameSteps = useNamedSteps(run)
  const region = run.regions.find((one) => laneOfRegion(one) === lane)
  if (!region) return <p className="font-semibold">{lane || t('center')}</p>
  const done = region.steps.filter((step) => step.status === 'succeeded' || step.status === 'skipped').length
  const why = region.status === 'done' ? null : t(`chart.${region.status === 'waiting' ? 'whyWaiting' : region.status === 'stuck' ? 'whyStuck' : 'now'}`)
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{lane || t('center')}</span>
        <Status tone={regionTone[region.status]} size="sm">
          {t(`regionStatus.${region.status}`)}
        </Status>
        <span className="text-xs text-text-3">{t('doneOf', { done, total: region.steps.length })}</span>
        {lane !== '' && <Back run={run} lane={lane} />}
      </div>
      {why && region.because && (
        <p className="mt-0.5 text-[0.8125rem] text-text-2 text-pretty">
          <span className="text-text-3">{why}</span> {ended(nameSteps(region.because))}
        </p>
      )}
    </div>
  )
}

/** When the region is back: as it looks now, else as the plan had it; beside the time its limit leaves. */
function Back({ run, lane }: { run: RunView; lane: string }) {
  const t = useTranslations('run.chart')
  const region = run.regions.find((one) => one.name === lane)
  const live = run.live?.regions.find((one) => one.region === lane)
  const first = run.forecast.regions.find((one) => one.region === lane)
  const open = run.startedAt !== null && run.finishedAt === null && region?.status !== 'done'
  const limitAt = live?.rtoAt ?? (run.startedAt && region && region.rtoSeconds > 0 ? new Date(Date.parse(run.startedAt) + region.rtoSeconds * 1000).toISOString() : null)
  const stands = first && region ? againstLimit(first.p50Ms, first.p90Ms, region.rtoSeconds) : 'none'
  return (
    <span className="text-[0.8125rem] text-text-2 sm:ml-auto">
      {region?.status === 'done' && run.startedAt ? (
        t('doneAfter', { after: durationText(lastEnd(region.steps) - Date.parse(run.startedAt)) })
      ) : live?.p50At && live.p90At && open ? (
        <>
          {t('backBetween', { p50: clock(live.p50At), p90: clock(live.p90At) })}
          {live.alarm && <span className="font-semibold text-bad-fg"> {t('mayMiss')}</span>}
        </>
      ) : first ? (
        <span className={limitTone[stands]}>{t('forecast', { range: rangeInWords(first.p50Ms, first.p90Ms) })}</span>
      ) : (
        t('noForecast')
      )}
      {limitAt && open && (
        <>
          {' · '}
          {t('limitLeft')} <Countdown until={limitAt} className="font-medium text-text" />
        </>
      )}
      {!open && region && region.rtoSeconds > 0 && <> · {t('limit', { limit: durationText(region.rtoSeconds * 1000) })}</>}
    </span>
  )
}

const lastEnd = (steps: readonly { finishedAt: string | null }[]): number => steps.reduce((last, step) => (step.finishedAt ? Math.max(last, Date.parse(step.finishedAt)) : last), 0)
const clock = (at: string): string => `${at.slice(11, 19)}Z`
