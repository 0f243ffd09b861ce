import { expect, test } from 'vitest'
import { nameSteps } from './name-steps.ts'

const names = new Map([['deploy:checkout:eu', 'Switch checkout in eu'], ['deploy:checkout:eu-west', 'Switch checkout in eu-west']])

test('keys become names, and none is cut by another', () => {
  expect(nameSteps('waits for deploy:checkout:eu-west and deploy:checkout:eu', names)).toBe('waits for “Switch checkout in eu-west” and “Switch checkout in eu”')
})

test('what stands around a key stays around it', () => {
  expect(nameSteps('deploy:checkout:eu: it failed (after deploy:checkout:eu-west, deploy:checkout:eu).', names)).toBe('“Switch checkout in eu”: it failed (after “Switch checkout in eu-west”, “Switch checkout in eu”).')
})

test('a sentence without keys stays as it is', () => {
  expect(nameSteps('the run is paused', names)).toBe('the run is paused')
  expect(nameSteps('waits for x', new Map())).toBe('waits for x')
})

test('a sentence is looked through once, however many steps there are', () => {
  const many = new Map(Array.from({ length: 20_000 }, (_, index) => [`deploy:s${index}:eu`, `Switch s${index}`]))
  expect(nameSteps('waits for deploy:s19999:eu', many)).toBe('waits for “Switch s19999”')
})
