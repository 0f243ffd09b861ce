import type { PlanLayout } from './lay-out-plan.ts'

export type Direction = 'next' | 'previous' | 'up' | 'down' | 'first' | 'last'

const least = 1e-9

/** The step that a key leads to: along time, or to the row above or below where it lies nearest. Stays where there is none. */
export function nextStep({ blocks }: Pick<PlanLayout, 'blocks'>, from: string | null, direction: Direction): string | null {
  const inTime = [...blocks].sort((a, b) => a.left - b.left || a.row - b.row)
  const at = inTime.findIndex((block) => block.key === from)
  const here = inTime[at]
  if (direction === 'last') return inTime.at(-1)?.key ?? null
  if (!here || direction === 'first') return inTime[0]?.key ?? null
  if (direction === 'next' || direction === 'previous') return (inTime[at + (direction === 'next' ? 1 : -1)] ?? here).key
  const rows = inTime.filter((block) => (direction === 'down' ? block.row > here.row : block.row < here.row))
  const row = rows.reduce((nearest, block) => (Math.abs(block.row - here.row) < Math.abs(nearest - here.row) ? block.row : nearest), Infinity)
  const away = (left: number): number => Math.abs(left - here.left)
  return rows.filter((block) => block.row === row).reduce((nearest, block) => (away(block.left) < away(nearest.left) - least ? block : nearest), rows.find((block) => block.row === row) ?? here).key
}
