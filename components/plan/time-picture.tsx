'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import type { ReactNode } from 'react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { sinceStart } from './rules/since-start.ts'
import { PictureBack } from './picture-back.tsx'
import { PictureBlock, percent } from './picture-block.tsx'
import { PictureEdges } from './picture-edges.tsx'
import { axisPx, columnPx, gutterPx, headPx, rowPx } from './picture-size.ts'
import { SignSheet } from './role-sign.tsx'
import { edgesToDraw, tiedTo } from './rules/edges-to-draw.ts'
import type { Block, PlanLayout } from './rules/lay-out-plan.ts'
import { layOutPlan } from './rules/lay-out-plan.ts'
import type { Picture, PicturedStep } from './rules/picture.ts'
import { usePictureKeys } from './use-picture-keys.ts'

interface Props {
  picture: Picture
  chosen: string | null
  onChoose: (key: string | null) => void
  /** Enter or a click on a step: somebody wants to read it. */
  onOpen: () => void
  /** What stands above a lane's rows. */
  head: (lane: string) => ReactNode
  nameOf: (key: string) => string
  wordOf: (step: PicturedStep) => string
  stateOf: (step: PicturedStep) => string
}

/** Regions as lanes, time to the right, what waits for what as lines. Only what is in view is drawn, however much there is. */
export function TimePicture({ picture, chosen, onChoose, onOpen, head, nameOf, wordOf, stateOf }: Props) {
  const t = useTranslations('plan.picture')
  const box = useRef<HTMLDivElement>(null)
  const [lastChosen, setLastChosen] = useState<string | null>(null)
  const { steps, lanes, untilMs, originMs } = picture
  const layout = useMemo(() => layOutPlan(steps, lanes.map((lane) => lane.name), { untilMs, originMs: originMs ?? 0 }), [steps, lanes, untilMs, originMs])
  const byKey = useMemo(() => new Map(steps.map((step) => [step.key, step])), [steps])
  const rows = useMemo(() => inRows(layout.blocks), [layout])
  const critical = useMemo(() => new Set(picture.critical), [picture.critical])
  const edges = useMemo(() => edgesToDraw(steps, picture.critical, chosen), [steps, picture.critical, chosen])
  const tied = useMemo(() => tiedTo(steps, chosen), [steps, chosen])

  const plan = useMemo(() => linesOf(layout), [layout])
  const lineOf = useCallback((row: number) => plan.ofRow[row] ?? 0, [plan])
  const lines = useVirtualizer({
    count: plan.lines.length, getScrollElement: () => box.current, estimateSize: (line) => (plan.lines[line]?.row === null ? headPx : rowPx), overscan: 5, paddingStart: axisPx,
    paddingEnd: 8, initialRect: { width: 960, height: 560 }, scrollPaddingStart: axisPx + 8, scrollPaddingEnd: 16,
  })
  // The time alone, without what stands left of it.
  const width = Math.max(layout.widthPx, (lines.scrollRect?.width ?? 0) - gutterPx)
  const columns = useVirtualizer({ horizontal: true, count: Math.ceil((width + gutterPx) / columnPx), getScrollElement: () => box.current, estimateSize: () => columnPx, overscan: 1, initialRect: { width: 1_600, height: 560 } })
  const height = lines.getTotalSize()
  const inColumns = columns.getVirtualItems()
  const [from, to] = [((inColumns[0]?.start ?? 0) - gutterPx) / width, ((inColumns.at(-1)?.end ?? width) - gutterPx) / width]
  const topOf = (row: number): number => lines.measurementsCache[lineOf(row)]?.start ?? 0
  const view = lines.getVirtualItems()

  const show = useCallback(
    (key: string) => {
      const block = layout.blocks.find((one) => one.key === key)
      const element = box.current
      if (!block || !element) return
      lines.scrollToIndex(lineOf(block.row), { align: 'auto' })
      const wide = element.scrollWidth - gutterPx
      const [left, right] = [block.left * wide, gutterPx + (block.left + block.width) * wide]
      if (left < element.scrollLeft || right > element.scrollLeft + element.clientWidth) element.scrollLeft = Math.max(0, left - element.clientWidth / 3)
    },
    [layout, lines, lineOf],
  )
  const choose = useCallback(
    (key: string) => {
      setLastChosen(key)
      onChoose(key)
    },
    [onChoose],
  )
  const active = lastChosen !== null && byKey.has(lastChosen) ? lastChosen : null
  const onKeyDown = usePictureKeys({ box, layout, active, show, onChoose: choose, onLeave: () => onChoose(null) })
  const reachable = active ?? layout.blocks[0]?.key ?? null

  return (
    // The picture's own keys; Tab reaches the one block that was last looked at.
    <div ref={box} role="group" aria-label={t('label')} tabIndex={0} onKeyDown={onKeyDown} className="relative max-h-[min(75dvh,46rem)] overflow-auto [container-type:inline-size]" data-picture>
      <SignSheet />
      <div className="relative" style={{ minWidth: layout.widthPx + gutterPx, height }}>
        <div className="sticky top-0 z-20 border-b border-border bg-surface" style={{ height: axisPx, paddingLeft: gutterPx }} aria-hidden>
          <div className="relative h-full">
            {layout.ticks.map((tick) => (
              <span key={tick.atMs} className="absolute bottom-1 -translate-x-1/2 text-[0.6875rem] whitespace-nowrap text-text-3" style={{ left: percent(tick.left) }}>
                {originMs === null ? sinceStart(tick.atMs) : `${new Date(originMs + tick.atMs).toISOString().slice(11, 19)}Z`}
              </span>
            ))}
          </div>
        </div>
        <div className="absolute inset-y-0 right-0" style={{ left: gutterPx }}>
          <PictureBack picture={picture} layout={layout} height={height} topOf={topOf} />
          <PictureEdges edges={edges} layout={layout} height={height} middleOf={(row) => topOf(row) + rowPx / 2} from={view[0]?.start ?? 0} to={view.at(-1)?.end ?? height} />
        </div>
        {view.map((line) => {
          const { lane, row } = plan.lines[line.index] ?? { lane: 0, row: 0 }
          if (row === null)
            return (
              <div key={line.key} ref={lines.measureElement} data-index={line.index} className="absolute left-0 w-full" style={{ top: line.start }}>
                <div className="sticky left-0 z-10 w-[100cqw] px-1 pt-3 pb-4">{head(layout.lanes[lane]?.name ?? '')}</div>
              </div>
            )
          return (
            <div key={line.key} className="absolute right-0 left-0" style={{ top: line.start, height: rowPx }}>
              {layout.rowNames[row] && (
                <span aria-hidden className="sticky left-0 z-[12] flex h-full items-center truncate bg-surface pr-2 pl-1 text-xs text-text-2" style={{ width: gutterPx - 6 }}>
                  <span className="truncate">{layout.rowNames[row]}</span>
                </span>
              )}
              <div className="absolute inset-y-0 right-0" style={{ left: gutterPx }}>
                {(rows.get(row) ?? []).map((block) => {
                  const step = byKey.get(block.key)
                  if (!step || block.left > to || block.left + block.width < from) return null
                  return (
                    <PictureBlock
                      key={block.key} stepKey={block.key} role={step.role} state={step.state} word={wordOf(step)} name={stateOf(step)} left={block.left} width={block.width}
                      done={step.nowMs === null ? null : (step.nowMs - step.startMs) / Math.max(1, step.endMs - step.startMs)} careful={step.careful} critical={critical.has(block.key)}
                      tie={chosen === null ? null : chosen === block.key ? 'self' : tied.has(block.key) ? 'tied' : 'apart'} reachable={block.key === reachable} onChoose={choose} onOpen={onOpen}
                    />
                  )
                })}
              </div>
            </div>
          )
        })}
      </div>
      <p className="sr-only" aria-live="polite">{chosen === null ? '' : nameOf(chosen)}</p>
    </div>
  )
}

/** Down the picture: a lane's head, then its rows. */
function linesOf(layout: PlanLayout): { lines: { lane: number; row: number | null }[]; ofRow: number[] } {
  const lines = layout.lanes.flatMap((lane, index) => [{ lane: index, row: null }, ...Array.from({ length: lane.rows }, (_, below) => ({ lane: index, row: lane.firstRow + below }))])
  const ofRow: number[] = []
  for (const [line, { row }] of lines.entries()) if (row !== null) ofRow[row] = line
  return { lines, ofRow }
}

function inRows(blocks: readonly Block[]): ReadonlyMap<number, Block[]> {
  const rows = new Map<number, Block[]>()
  for (const block of blocks) rows.set(block.row, [...(rows.get(block.row) ?? []), block])
  return rows
}
