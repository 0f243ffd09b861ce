'use client'

import { CartesianGrid, Line, LineChart, ReferenceArea, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import type { EvidenceView } from '#lib/triggers/view.ts'
import type { Mark } from './evidence-chart.tsx'
import { valueInWords } from './rules/in-words.ts'

/** Seconds where the whole is short, so that two marks never say the same. */
const clock = (at: number, length: number): string => new Date(at).toISOString().slice(11, length < 300_000 ? 19 : 16) + 'Z'
const small = { fontSize: 11, fill: 'var(--text-3)' }

/** The signal over time with its limit, what was normal, and what happened when. Gaps are where nothing was measured. */
export function EvidenceDrawing({ evidence, marks = [], height = 132 }: { evidence: EvidenceView; marks?: readonly Mark[]; height?: number }) {
  const points = evidence.series.map((point) => ({ at: Date.parse(point.at), value: point.value }))
  const first = points[0]?.at ?? 0
  const end = points.at(-1)?.at ?? 0
  const { baseline, limit, unit } = evidence
  const values = points.flatMap((point) => (point.value === null ? [] : [point.value]))
  const top = Math.max(limit, baseline?.high ?? 0, ...values) * 1.15 || 1
  // A rule judges a moment after the last sample that it saw: such a mark still belongs on this axis.
  const shown = marks.map((mark) => ({ ...mark, time: Date.parse(mark.at) })).filter((mark) => mark.time >= first && mark.time <= end + 15_000)
  const last = Math.max(end, ...shown.map((mark) => mark.time))
  return (
    <ResponsiveContainer width="100%" height={height + 12 * Math.max(0, shown.length - 1)} initialDimension={{ width: 480, height }}>
      <LineChart data={points} margin={{ top: 2 + 12 * Math.max(1, shown.length), right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--border)" />
        <XAxis dataKey="at" type="number" scale="time" domain={[first, last]} tickFormatter={(at: number) => clock(at, last - first)} tick={small} tickLine={false} axisLine={{ stroke: 'var(--border)' }} minTickGap={48} height={20} />
        <YAxis domain={[0, top]} tickFormatter={(value: number) => valueInWords(value, unit)} tick={small} tickLine={false} axisLine={false} width={52} tickCount={3} />
        {baseline && <ReferenceArea y1={baseline.low} y2={Math.max(baseline.high, baseline.low + top * 0.012)} fill="var(--unknown-stripe)" fillOpacity={0.8} ifOverflow="hidden" />}
        {shown.map((mark, index) => {
          const late = (mark.time - first) / (last - first) > 0.6
          return <ReferenceLine key={`${mark.at}${mark.label}`} x={mark.time} stroke="var(--text-2)" strokeDasharray="2 2" label={{ value: mark.label, position: late ? 'insideTopRight' : 'insideTopLeft', dy: -14 - 12 * (shown.length - 1 - index), ...small, fill: 'var(--text-2)' }} />
        })}
        <ReferenceLine y={limit} stroke="var(--bad)" strokeDasharray="4 3" ifOverflow="extendDomain" />
        <Line dataKey="value" type="linear" stroke="var(--text)" strokeWidth={1.75} dot={false} isAnimationActive={false} connectNulls={false} activeDot={false} />
      </LineChart>
    </ResponsiveContainer>
  )
}
