import type { Block, PlanLayout } from './rules/lay-out-plan.ts'
import type { Edge } from './rules/edges-to-draw.ts'

const stroke: Record<Edge['look'], { className: string; width: number }> = {
  quiet: { className: 'stroke-border-strong', width: 1.25 },
  critical: { className: 'stroke-text', width: 2.75 },
  chosen: { className: 'stroke-working', width: 2 },
}

/** Units across the picture, whatever its width in pixels. */
const across = 10_000

/** The order as lines from the end of one step to the beginning of another; only those that touch what is in view. */
export function PictureEdges({ edges, layout, height, middleOf, from, to }: { edges: readonly Edge[]; layout: PlanLayout; height: number; middleOf: (row: number) => number; from: number; to: number }) {
  const blocks = new Map(layout.blocks.map((block) => [block.key, block]))
  const bend = (14 / layout.widthPx) * across
  const path = (a: Block, b: Block): string => {
    // The shortest steps are drawn longer than they are, and may reach past where the next begins: then from their middle.
    const end = a.left + a.width > b.left ? a.left + a.width / 2 : a.left + a.width
    const [x1, y1, x2, y2] = [end * across, middleOf(a.row), b.left * across, middleOf(b.row)]
    return `M${Math.round(x1)} ${y1}C${Math.round(x1 + bend)} ${y1} ${Math.round(x2 - bend)} ${y2} ${Math.round(x2)} ${y2}`
  }
  return (
    <svg aria-hidden className="pointer-events-none absolute top-0 left-0 z-[5] w-full" height={height} viewBox={`0 0 ${across} ${height}`} preserveAspectRatio="none" fill="none">
      {edges.map((edge) => {
        const [a, b] = [blocks.get(edge.from), blocks.get(edge.to)]
        if (!a || !b) return null
        const [top, bottom] = [Math.min(middleOf(a.row), middleOf(b.row)), Math.max(middleOf(a.row), middleOf(b.row))]
        if (bottom < from || top > to) return null
        const { className, width } = stroke[edge.look]
        return <path key={`${edge.from} ${edge.to}`} d={path(a, b)} className={className} strokeWidth={width} vectorEffect="non-scaling-stroke" />
      })}
    </svg>
  )
}
