import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Drawn, PlanLayout } from './lay-out-plan.ts'
import { layOutPlan, shareAt } from './lay-out-plan.ts'

const step = (key: string, startMs: number, endMs: number, says: Partial<Drawn> = {}): Drawn => ({ key, lane: 'eu', row: key, group: null, after: [], startMs, endMs, ...says })
const rowOf = (layout: PlanLayout, key: string): number | undefined => layout.blocks.find((block) => block.key === key)?.row

describe('rows', () => {
  test('steps after each other share a row, steps at the same time do not', () => {
    const layout = layOutPlan([step('a', 0, 10_000, { row: 'x' }), step('b', 2_000, 12_000, { row: 'x' }), step('c', 20_000, 30_000, { row: 'x' })], ['eu'])
    expect([rowOf(layout, 'a'), rowOf(layout, 'b'), rowOf(layout, 'c')]).toEqual([0, 1, 0])
    expect(layout.lanes).toEqual([{ name: 'eu', firstRow: 0, rows: 2 }])
    expect(layout.rowNames).toEqual(['x', ''])
  })

  test('what follows at once stands in the same row', () => {
    expect(layOutPlan([step('a', 0, 10_000, { row: 'x' }), step('b', 10_000, 20_000, { row: 'x' })], ['eu']).rows).toBe(1)
  })

  test('what is about the same service stays in its row', () => {
    const layout = layOutPlan([step('stage a', 0, 5_000, { row: 'a' }), step('stage b', 0, 5_000, { row: 'b' }), step('deploy b', 20_000, 30_000, { row: 'b' }), step('deploy a', 40_000, 50_000, { row: 'a' })], ['eu'])
    expect(rowOf(layout, 'deploy b')).toBe(rowOf(layout, 'stage b'))
    expect(rowOf(layout, 'deploy a')).toBe(rowOf(layout, 'stage a'))
    expect(layout.rowNames).toEqual(['a', 'b'])
  })

  test('a lane without steps is there all the same, and lanes count their rows on', () => {
    const layout = layOutPlan([step('a', 0, 1_000), step('b', 0, 1_000, { lane: 'us' })], ['', 'eu', 'us'])
    expect(layout.lanes).toEqual([{ name: '', firstRow: 0, rows: 1 }, { name: 'eu', firstRow: 1, rows: 1 }, { name: 'us', firstRow: 2, rows: 1 }])
    expect(layout.rows).toBe(3)
    expect(layout.rowNames).toEqual(['', 'a', 'b'])
  })
})

describe('what moves together', () => {
  const layout = layOutPlan(
    [step('alone', 0, 60_000), step('stop a', 10_000, 20_000, { group: 'g', row: 'a' }), step('stop b', 10_000, 22_000, { group: 'g', row: 'b' }), step('deploy a', 30_000, 40_000, { group: 'g', row: 'a' })],
    ['eu'],
  )
  test('has a frame with rows of its own, the first of them free for the reason', () => {
    const [frame] = layout.frames
    expect(frame).toMatchObject({ group: 'g', lane: 0, firstRow: 1, rows: 3 })
    expect(Object.fromEntries(layout.blocks.map((block) => [block.key, block.row]))).toEqual({ alone: 0, 'stop a': 2, 'deploy a': 2, 'stop b': 3 })
    expect(layout.rowNames).toEqual(['alone', '', 'a', 'b'])
  })

  test('the frame reaches from its first step to its last', () => {
    const [frame] = layout.frames
    expect(frame?.left).toBeCloseTo(shareAt(layout, 10_000))
    expect((frame?.left ?? 0) + (frame?.width ?? 0)).toBeCloseTo(shareAt(layout, 40_000), 2)
  })
})

describe('time', () => {
  test('marks lie at round distances, or at round moments where the clock is known', () => {
    expect(layOutPlan([step('a', 0, 60_000)], ['eu']).ticks.map((tick) => tick.atMs / 1000)).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(layOutPlan([step('a', 0, 60_000)], ['eu'], { originMs: 7_000 }).ticks.map((tick) => tick.atMs / 1000)).toEqual([3, 13, 23, 33, 43, 53])
  })

  test('the axis reaches as far as is asked, and the picture is as wide as its longest chain needs', () => {
    expect(layOutPlan([step('a', 0, 1_000)], ['eu'], { untilMs: 90_000 }).spanMs).toBe(90_000)
    const chain = Array.from({ length: 40 }, (_, index) => step(`s${index}`, index * 1000, index * 1000 + 900, { after: index ? [`s${index - 1}`] : [] }))
    expect(layOutPlan(chain, ['eu']).widthPx).toBeGreaterThan(2_000)
  })

  test('no steps at all is an empty picture', () => expect(layOutPlan([], ['eu']).blocks).toEqual([]))
})

const anyStep = fc.record({ start: fc.integer({ min: 0, max: 300_000 }), length: fc.integer({ min: 0, max: 60_000 }), lane: fc.constantFrom('eu', 'us', ''), row: fc.constantFrom('a', 'b', 'c'), group: fc.constantFrom(null, null, 'g', 'h') })
const anySteps = fc.array(anyStep, { maxLength: 60 }).map((list) => list.map(({ start, length, lane, row, group }, index) => step(`s${index}`, start, start + length, { lane, row, group })))
const lanes = ['', 'eu', 'us']

describe('for any steps', () => {
  test('no two blocks of a row touch, and each lies in a row of its lane', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const { blocks, lanes: drawn } = layOutPlan(steps, lanes)
        expect(blocks).toHaveLength(steps.length)
        for (const block of blocks) {
          const lane = drawn[block.lane]
          expect(block.row >= (lane?.firstRow ?? 0) && block.row < (lane?.firstRow ?? 0) + (lane?.rows ?? 0)).toBe(true)
          for (const other of blocks) if (other !== block && other.row === block.row) expect(block.left + block.width <= other.left + 1e-9 || other.left + other.width <= block.left + 1e-9).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('later is never further left, nothing is outside, and frames hold their own steps and no others', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const { blocks, frames } = layOutPlan(steps, lanes)
        const left = new Map(blocks.map((block) => [block.key, block.left]))
        const sorted = [...steps].sort((a, b) => a.startMs - b.startMs)
        sorted.forEach((one, index) => index > 0 && expect(left.get(one.key) ?? 0).toBeGreaterThanOrEqual(left.get(sorted[index - 1]?.key ?? '') ?? 0))
        for (const block of blocks) expect(block.left >= 0 && block.left + block.width <= 1 + 1e-9).toBe(true)
        for (const frame of frames) {
          const inside = blocks.filter((block) => block.row >= frame.firstRow && block.row < frame.firstRow + frame.rows).map((block) => steps.find((one) => one.key === block.key)?.group)
          expect(new Set(inside)).toEqual(new Set([frame.group]))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('the order in which they are given does not matter', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const sorted = (layout: PlanLayout) => ({ ...layout, blocks: [...layout.blocks].sort((a, b) => a.key.localeCompare(b.key)) })
        expect(sorted(layOutPlan([...steps].reverse(), lanes))).toEqual(sorted(layOutPlan(steps, lanes)))
      }),
      { numRuns: 200 },
    )
  })
})
