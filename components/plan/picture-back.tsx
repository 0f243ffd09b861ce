'use client'

import { useTranslations } from 'use-intl'
import { percent } from './picture-block.tsx'
import type { PlanLayout } from './rules/lay-out-plan.ts'
import { shareAt } from './rules/lay-out-plan.ts'
import type { Picture, PicturedLane } from './rules/picture.ts'
import { rowPx } from './picture-size.ts'

/** Behind the blocks: marks of time, the range in which a region is back, its limit, now, and frames around what moves together. */
export function PictureBack({ picture, layout, height, topOf }: { picture: Picture; layout: PlanLayout; height: number; topOf: (row: number) => number }) {
  const t = useTranslations('plan.picture')
  const because = new Map(picture.groups.map((group) => [group.key, group.because]))
  return (
    <>
      {layout.ticks.map((tick) => (
        <span key={tick.atMs} aria-hidden className="absolute top-0 w-px bg-border" style={{ left: percent(tick.left), height }} />
      ))}
      {layout.lanes.map((lane, index) => (
        <LaneBack key={lane.name} lane={picture.lanes[index]} layout={layout} top={topOf(lane.firstRow)} height={lane.rows * rowPx} />
      ))}
      {layout.frames.map((frame) => (
        <div
          key={`${frame.group} ${frame.lane}`}
          className="absolute rounded-md border-2 border-border-strong bg-sunken/60"
          style={{ left: `calc(${percent(frame.left)} - 4px)`, width: `calc(${percent(frame.width)} + 8px)`, top: topOf(frame.firstRow) + 2, height: frame.rows * rowPx - 2 }}
        >
          <span className="sticky left-1 inline-block max-w-full truncate px-2 pt-1 text-[0.6875rem] leading-5 font-semibold text-text-2">{t('together', { because: because.get(frame.group) ?? '' })}</span>
        </div>
      ))}
      {picture.nowMs !== null && (
        <span className="pointer-events-none absolute top-0 z-[15] w-px bg-text" style={{ left: percent(shareAt(layout, picture.nowMs)), height }}>
          <span className="sticky top-7 block w-max -translate-x-1/2 rounded-sm bg-text px-1 text-[0.625rem] leading-4 font-semibold text-background">{t('now')}</span>
        </span>
      )}
    </>
  )
}

function LaneBack({ lane, layout, top, height }: { lane: PicturedLane | undefined; layout: PlanLayout; top: number; height: number }) {
  const t = useTranslations('plan.picture')
  if (!lane) return null
  const at = (ms: number): number => shareAt(layout, ms)
  const within = (ms: number | null): ms is number => ms !== null && ms <= layout.spanMs
  return (
    <>
      <span aria-hidden className="absolute left-0 w-full border-b border-border" style={{ top: top + height + 1 }} />
      {within(lane.p50Ms) && lane.p90Ms !== null && (
        <div aria-hidden className="hatched absolute border-x border-border-strong opacity-70" style={{ top, height, left: percent(at(lane.p50Ms)), width: percent(Math.max(0, at(lane.p90Ms) - at(lane.p50Ms))) }} />
      )}
      {within(lane.p50Ms) && <Mark text={t('p50')} left={at(lane.p50Ms)} top={top} />}
      {within(lane.p90Ms) && <Mark text={t('p90')} left={at(lane.p90Ms)} top={top} />}
      {within(lane.rtoMs) && (
        <span aria-hidden className="absolute w-0.5 bg-bad" style={{ top: top - 4, height: height + 4, left: percent(at(lane.rtoMs)) }}>
          <span className="absolute -top-2.5 right-1 text-[0.625rem] leading-3 font-semibold whitespace-nowrap text-bad-fg">{t('rto')}</span>
        </span>
      )}
    </>
  )
}

const Mark = ({ text, left, top }: { text: string; left: number; top: number }) => (
  <span aria-hidden className="absolute pl-1 text-[0.625rem] leading-3 font-semibold text-text-2" style={{ left: percent(left), top: top - 13 }}>
    {text}
  </span>
)
