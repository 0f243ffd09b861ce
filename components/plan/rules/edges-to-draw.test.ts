import { describe, expect, test } from 'vitest'
import { criticalPath, edgesToDraw, tiedTo } from './edges-to-draw.ts'

type Step = Parameters<typeof edgesToDraw>[0][number]
const step = (key: string, role: Step['role'], lane: string, after: string[] = [], endMs = 0): Step => ({ key, role, lane, row: '', group: null, after, startMs: 0, endMs })

const steps = [
  step('stage us', 'stage', 'us', [], 1),
  step('stage eu', 'stage', 'eu', [], 2),
  step('deploy us', 'deploy', 'us', ['stage us', 'stage eu'], 10),
  step('verify us', 'verify', 'us', ['deploy us'], 12),
  step('deploy eu', 'deploy', 'eu', ['stage us', 'stage eu', 'verify us'], 20),
]

describe('lines', () => {
  test('between lanes only for what is chosen: bytes that are brought and steps of one lane go without saying', () => {
    expect(edgesToDraw(steps, [], null)).toEqual([{ from: 'verify us', to: 'deploy eu', look: 'quiet' }])
  })

  test('the critical path is thick, inside a lane as well', () => {
    expect(edgesToDraw(steps, ['deploy us', 'verify us', 'deploy eu'], null).map(({ from, to, look }) => `${from} > ${to} ${look}`)).toEqual(['deploy us > verify us critical', 'verify us > deploy eu critical'])
  })

  test('of a chosen step all are drawn, both ways, and no quiet one distracts from them', () => {
    expect(edgesToDraw(steps, [], 'stage us').map(({ to, look }) => [to, look])).toEqual([['deploy us', 'chosen'], ['deploy eu', 'chosen']])
  })

  test('a mesh is not drawn', () => {
    const many = [...Array.from({ length: 62 }, (_, index) => step(`v${index}`, 'verify', 'us')), step('deploy eu', 'deploy', 'eu', Array.from({ length: 62 }, (_, index) => `v${index}`))]
    expect(edgesToDraw(many, [], null)).toEqual([])
    expect(edgesToDraw(many, ['v3', 'deploy eu'], null)).toHaveLength(1)
  })

  test('what waits for a step that is not there has no line', () => expect(edgesToDraw([step('a', 'deploy', 'us', ['gone'])], [], 'a')).toEqual([]))
})

describe('the critical path', () => {
  test('is what the forecast says', () => expect(criticalPath(steps, ['stage us', 'deploy us'])).toEqual(['stage us', 'deploy us']))
  test('else goes back from the end, along what ended last', () => expect(criticalPath(steps, [])).toEqual(['stage eu', 'deploy us', 'verify us', 'deploy eu']))
  test('of nothing is nothing', () => expect(criticalPath([], [])).toEqual([]))
  test('ends even in a circle', () => expect(criticalPath([step('a', 'deploy', 'us', ['b']), step('b', 'deploy', 'us', ['a'])], []).length).toBeLessThanOrEqual(3))
})

test('a step is tied to what it waits for and to what waits for it, and no further', () => {
  expect([...tiedTo(steps, 'verify us')].sort()).toEqual(['deploy eu', 'deploy us'])
  expect(tiedTo(steps, null).size).toBe(0)
})
