import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from './machine.ts'
import { describe } from './describe.ts'
import type { Summary } from './summary.ts'
import { summarise } from './summary.ts'

export type Unit = 'ms' | 's' | 'kB' | 'MiB' | 'B' | '×'

/** One line of a figure: ours, or what it is printed beside. */
export interface Row extends Summary {
  name: string
  role: 'ours' | 'floor' | 'peer'
  unit: Unit
  /** Every value, where there are few. */
  values?: number[]
}

export interface Aim {
  sentence: string
  met: boolean
}

export interface Figure {
  figure: string
  title: string
  /** What was measured and how, in a few sentences. */
  how: string
  at: string
  seconds: number
  machine: Machine
  rows: Row[]
  aims: Aim[]
  notes: string[]
}

const folder = join(import.meta.dirname, '../results')
const startedAt = performance.now()

/** One line from its measurements. */
export function row(role: Row['role'], name: string, unit: Unit, values: readonly number[]): Row {
  const round = (value: number): number => Math.round(value * 100) / 100
  const { n, median, p99, min, max } = summarise(values)
  return { name, role, unit, n, median: round(median), p99: p99 === null ? null : round(p99), min: round(min), max: round(max), ...(n <= 12 ? { values: values.map(round) } : {}) }
}

/** Keeps a figure as JSON, writes the readable page anew, and says its lines to whoever ran us. */
export function publish(figure: Omit<Figure, 'at' | 'seconds'>): void {
  mkdirSync(folder, { recursive: true })
  const whole: Figure = { ...figure, at: new Date().toISOString(), seconds: Math.round((performance.now() - startedAt) / 100) / 10 }
  writeFileSync(join(folder, `${figure.figure}.json`), `${JSON.stringify(whole, null, 2)}\n`)
  const all = readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Figure)
  writeFileSync(join(folder, '../RESULTS.md'), describe(all))
  for (const one of whole.rows) console.log(JSON.stringify({ figure: `${figure.figure}: ${one.name}${one.role === 'ours' ? '' : ` (${one.role})`}`, value: one.median, unit: one.unit }))
  for (const aim of whole.aims) console.log(`${aim.met ? 'met' : 'NOT MET'}: ${aim.sentence}`)
}
