import { expect, test } from 'vitest'
import { layersOf } from './layers.ts'

const step = (key: string, ...after: string[]) => ({ key, after })
const keys = (layers: readonly { key: string }[][]): string[][] => layers.map((layer) => layer.map(({ key }) => key))

test('what nothing comes before is first, and each step comes after all that it waits for', () => {
  expect(keys(layersOf([step('stage a'), step('stage b'), step('deploy a', 'stage a', 'stage b'), step('verify a', 'deploy a'), step('look')]))).toEqual([['stage a', 'stage b', 'look'], ['deploy a'], ['verify a']])
})

test('the order in which the steps are written does not matter for the layer', () => {
  expect(keys(layersOf([step('c', 'b'), step('b', 'a'), step('a')]))).toEqual([['a'], ['b'], ['c']])
})

test('a step that is not there is not waited for', () => expect(keys(layersOf([step('a', 'elsewhere')]))).toEqual([['a']]))

test('a circle, which no proven plan has, ends all the same', () => {
  expect(layersOf([step('a', 'b'), step('b', 'a')]).flat()).toHaveLength(2)
})

test('a chain of 20,000 steps needs no deep stack', () => {
  const chain = Array.from({ length: 20_000 }, (_, index) => step(`s${index}`, ...(index > 0 ? [`s${index - 1}`] : []))).reverse()
  expect(layersOf(chain.slice(-300))).toHaveLength(300)
  expect(layersOf(chain)).toHaveLength(20_000)
})

test('no steps, no layers', () => expect(layersOf([])).toEqual([]))
