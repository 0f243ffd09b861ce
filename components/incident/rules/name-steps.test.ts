import { expect, test } from 'vitest'
import { nameSteps } from './name-steps.ts'

const names = new Map([['deploy:checkout:eu', 'Switch checkout in eu'], ['deploy:checkout:eu-west', 'Switch checkout in eu-west']])

test('keys become names, the longest first', () => {
  expect(nameSteps('waits for deploy:checkout:eu-west and deploy:checkout:eu', names)).toBe('waits for “Switch checkout in eu-west” and “Switch checkout in eu”')
})

test('a sentence without keys stays as it is', () => {
  expect(nameSteps('the run is paused', names)).toBe('the run is paused')
  expect(nameSteps('waits for x', new Map())).toBe('waits for x')
})
