import { layersOf } from './layers.ts'

/** A step as the picture needs it: when, in which lane, and in which row. */
export interface Drawn {
  key: string
  /** A region; empty for what the command center does itself. */
  lane: string
  /** What it is about: a row holds steps about one thing, and one thing has more rows only where its steps overlap. */
  row: string
  /** Framed together; null where it moves by itself. */
  group: string | null
  after: readonly string[]
  startMs: number
  endMs: number
}

/** A block: left and width are shares of the picture's width (0–1), the row counts over all lanes. */
export interface Block {
  key: string
  lane: number
  row: number
  left: number
  width: number
}

export interface Lane {
  name: string
  firstRow: number
  rows: number
}

/** Around the steps of a lane that move together. Its first row is kept free for the reason. */
export interface Frame {
  group: string
  lane: number
  firstRow: number
  rows: number
  left: number
  width: number
}

export interface PlanLayout {
  /** The least width at which blocks can be told apart; wider is only roomier. */
  widthPx: number
  spanMs: number
  lanes: Lane[]
  rows: number
  /** What each row is about; empty above a frame's steps, and for rows below the first about the same thing. */
  rowNames: string[]
  blocks: Block[]
  frames: Frame[]
  ticks: { atMs: number; left: number }[]
}

const leastPx = 640
/** For each step of the longest chain. */
const linkPx = 84
/** The shortest step is still a block with its sign on it. */
const blockPx = 24
const gapPx = 3
const ticksWanted = 8
const nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200].map((seconds) => seconds * 1000)

/** Where a moment lies. The shortest block fits even at the end, so later is never further left. */
export const shareAt = ({ spanMs, widthPx }: Pick<PlanLayout, 'spanMs' | 'widthPx'>, ms: number): number => (Math.min(spanMs, Math.max(0, ms)) / spanMs) * (1 - blockPx / widthPx)

/**
 * Steps as blocks in one lane per region, time to the right, a row for each thing that moves. Blocks that would touch go
 * below each other; what moves together has rows of its own, so that its frame holds nothing else. The same steps give the same picture.
 * `untilMs` is what the axis must reach besides the steps; `originMs` is the clock's time at its left edge, for round marks.
 */
export function layOutPlan(steps: readonly Drawn[], lanes: readonly string[], { untilMs = 0, originMs = 0 }: { untilMs?: number; originMs?: number } = {}): PlanLayout {
  const spanMs = steps.reduce((most, step) => Math.max(most, step.endMs), Math.max(1000, untilMs))
  const widthPx = Math.max(leastPx, layersOf(steps).length * linkPx)
  const scale = { spanMs, widthPx }
  const least = blockPx / widthPx
  const place = (step: Drawn): Pick<Block, 'left' | 'width'> => {
    const left = shareAt(scale, step.startMs)
    // A little less than its time, so that what follows at once stands in the same row and can be told from it.
    return { left, width: Math.max(least, shareAt(scale, step.endMs) - left - gapPx / widthPx) }
  }
  const blocks: Block[] = []
  const frames: Frame[] = []
  const drawn: Lane[] = []
  const rowNames: string[] = []
  let row = 0
  for (const [lane, name] of lanes.entries()) {
    const firstRow = row
    for (const [group, band] of bandsOf(steps.filter((step) => step.lane === name))) {
      const top = group === null ? row : row + 1
      const { packed, names } = pack(band, place)
      for (const { key, left, width, row: below } of packed) blocks.push({ key, lane, row: top + below, left, width })
      row = top + names.length
      rowNames.push(...(group === null ? names : ['', ...names]))
      if (group === null) continue
      const left = packed.reduce((least, block) => Math.min(least, block.left), 1)
      frames.push({ group, lane, firstRow: top - 1, rows: row - top + 1, left, width: packed.reduce((most, block) => Math.max(most, block.left + block.width), 0) - left })
    }
    if (row === firstRow) row = rowNames.push('')
    drawn.push({ name, firstRow, rows: row - firstRow })
  }
  return { widthPx, spanMs, lanes: drawn, rows: row, rowNames, blocks, frames, ticks: ticksOf(spanMs, originMs).map((atMs) => ({ atMs, left: shareAt(scale, atMs) })) }
}

const byTime = (a: Drawn, b: Drawn): number => a.startMs - b.startMs || a.endMs - b.endMs || (a.key < b.key ? -1 : 1)

/** What moves alone, then each group, in order of when they begin. */
function bandsOf(steps: readonly Drawn[]): [string | null, Drawn[]][] {
  const bands = new Map<string | null, Drawn[]>()
  for (const step of [...steps].sort(byTime)) bands.set(step.group, [...(bands.get(step.group) ?? []), step])
  return [...bands].sort(([a], [b]) => Number(a !== null) - Number(b !== null))
}

/** The rows of each thing in order of when it begins; a step goes into the first of them that is free. `steps` are in order of time. */
function pack(steps: readonly Drawn[], place: (step: Drawn) => Pick<Block, 'left' | 'width'>): { packed: { key: string; left: number; width: number; row: number }[]; names: string[] } {
  const things = new Map<string, Drawn[]>()
  for (const step of steps) things.set(step.row, [...(things.get(step.row) ?? []), step])
  const names: string[] = []
  const packed = [...things].flatMap(([name, own]) => {
    const first = names.length
    const freeFrom: number[] = []
    const blocks = own.map((step) => {
      const { left, width } = place(step)
      const found = freeFrom.findIndex((free) => free <= left + 1e-9)
      const below = found < 0 ? freeFrom.length : found
      freeFrom[below] = left + width
      return { key: step.key, left, width, row: first + below }
    })
    names.push(...freeFrom.map((_, below) => (below === 0 ? name : '')))
    return blocks
  })
  return { packed, names }
}

/** A handful of marks at round distances. */
function ticksOf(spanMs: number, originMs: number): number[] {
  const step = nice.find((one) => spanMs / one <= ticksWanted) ?? 86_400_000
  const first = Math.ceil(originMs / step) * step - originMs
  return Array.from({ length: Math.max(0, Math.floor((spanMs - first) / step) + 1) }, (_, index) => first + index * step)
}
