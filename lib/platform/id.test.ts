import { expect, test } from 'vitest'
import { z } from 'zod'
import { newId } from './id.ts'

test('ten thousand ids made at once are version 7, all different and in order', () => {
  const ids = Array.from({ length: 10_000 }, newId)
  for (const id of ids.slice(0, 100)) expect(z.uuidv7().safeParse(id).success, id).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
})
