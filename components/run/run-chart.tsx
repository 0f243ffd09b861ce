'use client'

import { useTranslations } from 'use-intl'
import { Status, toneIcon } from '#components/ui/status.tsx'
import { durationText } from '#components/ui/time-text.ts'
import { useNow } from '#components/ui/use-now.ts'
import { againstLimit, rangeInWords } from '#components/incident/rules/in-words.ts'
import { useNamedSteps } from '#components/incident/use-step-words.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import type { Block, Layout } from './rules/lay-out-run.ts'
import { layOutRun } from './rules/lay-out-run.ts'
import { blockLook, stepTone } from './step-look.ts'

const laneHeight = 30
const regionTone = { waiting: 'neutral', working: 'working', done: 'good', stuck: 'bad' } as const
const limitTone = { none: 'text-text-3', inside: 'text-text-2', 'may miss': 'text-degraded-fg', misses: 'text-bad-fg' } as const

/** Regions as rows, time to the right: what happened as blocks, what is expected hatched up to P90. */
export function RunChart({ run }: { run: RunView }) {
  const t = useTranslations('run.chart')
  const status = useTranslations('run.regionStatus')
  const nameSteps = useNamedSteps(run)
  const now = useNow(run.finishedAt ? 60_000 : 500)
  const layout = layOutRun(run, now ?? Date.parse(run.finishedAt ?? run.startedAt ?? ''))
  return (
    <div className="-mx-4 overflow-x-auto px-4" role="region" aria-label={t('label')} tabIndex={0}>
      <div className="min-w-[44rem]">
        <div className="grid grid-cols-[8.5rem_minmax(0,1fr)_8.5rem] gap-x-4">
          <span />
          <div className="relative h-6" aria-hidden>
            {layout?.ticks.map((tick) => (
              <span key={tick.at} className="absolute bottom-1 -translate-x-1/2 text-[0.6875rem] whitespace-nowrap text-text-3 first:translate-x-0" style={{ left: `${tick.left * 100}%` }}>
                {clock(tick.at)}
              </span>
            ))}
          </div>
          <span className="eyebrow self-end pb-1 text-right">{t('forecastColumn')}</span>
          {run.regions.map((region, index) => {
            const forecast = run.forecast.regions.find((one) => one.region === region.name)
            const row = layout?.rows[index]
            return (
              <div key={region.name} className="col-span-3 grid grid-cols-subgrid items-start border-t border-border py-3">
                <div className="min-w-0">
                  <p className="font-semibold">{region.name}</p>
                  <Status tone={regionTone[region.status]} size="sm" className="mt-1">
                    {status(region.status)}
                  </Status>
                </div>
                <Track layout={layout} row={row} />
                <div className="text-right text-[0.8125rem] text-text-2">
                  {forecast ? rangeInWords(forecast.p50Ms, forecast.p90Ms) : t('noForecast')}
                  {region.rtoSeconds > 0 && (
                    <span className={`block ${forecast ? limitTone[againstLimit(forecast.p50Ms, forecast.p90Ms, region.rtoSeconds)] : 'text-text-3'}`}>{t('limit', { limit: durationText(region.rtoSeconds * 1000) })}</span>
                  )}
                  {row?.lateMs ? <span className="block font-medium text-degraded-fg">{t('late', { by: durationText(row.lateMs) })}</span> : null}
                </div>
                <p className="col-span-3 pt-2 text-[0.8125rem] text-text-2 text-pretty">
                  {region.status !== 'done' && <span className="text-text-3">{t(region.status === 'waiting' ? 'whyWaiting' : region.status === 'stuck' ? 'whyStuck' : 'now')} </span>}
                  {nameSteps(region.because)}
                </p>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19) + 'Z'
const percent = (share: number): string => `${share * 100}%`

function Track({ layout, row }: { layout: Layout | null; row: Layout['rows'][number] | undefined }) {
  const t = useTranslations('run.chart')
  if (!layout || !row) return <p className="text-text-3">{t('notStarted')}</p>
  return (
    <div className="relative" style={{ height: row.lanes * laneHeight }}>
      {layout.ticks.map((tick) => (
        <span key={tick.at} aria-hidden className="absolute inset-y-0 w-px bg-border" style={{ left: percent(tick.left) }} />
      ))}
      {row.expected && (
        <div className="hatched absolute inset-y-0.5 rounded-r-sm border border-l-0 border-dashed border-border-strong" style={{ left: percent(row.expected.left), width: percent(row.expected.width) }}>
          <span className="sr-only">{t('expected')}</span>
        </div>
      )}
      {row.expected?.p50 != null && (
        <span aria-hidden className="absolute inset-y-0.5 w-0.5 bg-border-strong" style={{ left: percent(row.expected.p50) }}>
          <span className="absolute bottom-0.5 left-1 text-[0.625rem] leading-3 font-semibold text-text-2">P50</span>
        </span>
      )}
      {row.blocks.map((block) => (
        <StepBlock key={block.step.id} block={block} />
      ))}
      {row.rto !== null && (
        <span className="absolute -inset-y-1 w-0.5 bg-bad" style={{ left: percent(row.rto) }}>
          <span className="absolute -top-1 right-1 text-[0.625rem] leading-3 font-semibold text-bad-fg">RTO</span>
        </span>
      )}
      {layout.now !== null && <span aria-hidden className="absolute -inset-y-1.5 w-px bg-text" style={{ left: percent(layout.now) }} />}
    </div>
  )
}

function StepBlock({ block: { step, left, width, lane, open } }: { block: Block }) {
  const Icon = toneIcon[stepTone[step.status]]
  return (
    // A picture only: the list of steps below says the same in words.
    <div
      aria-hidden
      className={`@container absolute flex items-center gap-1 overflow-hidden rounded-sm border px-1 text-[0.6875rem] leading-4 font-medium whitespace-nowrap ${blockLook[step.status]} ${open ? 'rounded-r-none border-r-0' : ''}`}
      style={{ left: percent(left), width: percent(width), minWidth: 6, top: lane * laneHeight + 3, height: laneHeight - 6 }}
    >
      <Icon strokeWidth={2.25} className="size-3 shrink-0" />
      <span className="hidden min-w-0 truncate @[4rem]:inline">
        {step.stepKind} {step.service}
      </span>
    </div>
  )
}
