import { cn } from './cn.ts'
import { sparkPath } from './spark-path.ts'

export interface SparkProps {
  values: readonly (number | null)[]
  /** Drawn as a dashed line. */
  limit?: number | null
  /** What was normal, drawn as a band. */
  band?: { low: number; high: number } | null
  /** What it shows, in words: it is read instead of the line. */
  label: string
  width?: number
  height?: number
  className?: string
}

/** A small line with its limit and what was normal. Gaps are where nothing was measured. */
export function Spark({ values, limit = null, band = null, label, width = 120, height = 32, className }: SparkProps) {
  const measured = values.filter((value): value is number => value !== null)
  const top = Math.max(...measured, limit ?? 0, band?.high ?? 0) * 1.08 || 1
  const x = (index: number): number => 2 + (values.length > 1 ? (index / (values.length - 1)) * (width - 6) : 0)
  const y = (value: number): number => height - 2 - (value / top) * (height - 4)
  const last = values.findLastIndex((value) => value !== null)
  const over = last >= 0 && limit !== null && (values[last] ?? 0) > limit
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} width={width} height={height} className={cn('overflow-visible', className)}>
      {band ? <rect x={0} width={width} y={y(band.high)} height={Math.max(1, y(band.low) - y(band.high))} className="fill-unknown-stripe" /> : null}
      {limit !== null ? <line x1={0} x2={width} y1={y(limit)} y2={y(limit)} className="stroke-bad" strokeDasharray="3 3" strokeWidth={1} /> : null}
      <path d={sparkPath(values, x, y)} fill="none" className={over ? 'stroke-bad-fg' : 'stroke-text'} strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
      {last >= 0 ? <circle cx={x(last)} cy={y(values[last] ?? 0)} r={2.5} className={over ? 'fill-bad-fg' : 'fill-text'} /> : null}
    </svg>
  )
}
