import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { playbookJsonSchema } from './json-schema.ts'
import { kindNames } from './kinds.ts'

const root = join(import.meta.dirname, '../../../..')
const examples = join(root, 'docs/examples/playbooks')
const schema = playbookJsonSchema()

test('the committed schema is the one that the server gives: `vitest run -u` writes it', async () => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(root, 'docs/api/playbook.schema.json'))
})

/** The schema, read as an editor reads it: by itself, without the definitions it was made from. */
const asEditorsReadIt = z.fromJSONSchema(JSON.parse(JSON.stringify(schema)) as Parameters<typeof z.fromJSONSchema>[0])

test.each(readdirSync(examples))('an editor finds nothing wrong with %s', (file) => {
  expect(asEditorsReadIt.safeParse(parse(readFileSync(join(examples, file), 'utf8'))).error?.issues ?? []).toEqual([])
})

const one = (step: object): unknown => ({ v: 1, name: 'p', steps: [{ id: 'a', ...step }] })

test.each([
  ['a field that does not exist', one({ kind: 'validate', retyr: 1 })],
  ['a kind that does not exist', one({ kind: 'nothing', with: {} })],
  ['a number as text', one({ kind: 'proxy', with: { backend: 'x', weight: 'seven' } })],
])('an editor underlines %s', (_what, value) => expect(asEditorsReadIt.safeParse(value).success).toBe(false))

test('a reference may stand where a number or a word belongs', () => {
  expect(asEditorsReadIt.safeParse(one({ kind: 'proxy', with: { backend: 'x', weight: '${params.w}', state: '${params.s}' } })).success).toBe(true)
})

test('every field of every kind says what it is for', () => {
  interface Part { description?: string; $ref?: string; properties?: Record<string, Part> }
  const defs = schema['$defs'] as Record<string, Part>
  const says = ({ description, $ref }: Part): boolean => description !== undefined || ($ref !== undefined && says(defs[$ref.replace('#/$defs/', '')] ?? {}))
  const fields: [string, Part][] = []
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    fields.push(...Object.entries((value as Part).properties ?? {}).map(([name, inner]): [string, Part] => [`${path}.${name}`, inner]))
    for (const [key, inner] of Object.entries(value)) look(inner, `${path}/${key}`)
  }
  look(schema, '')
  expect(fields.length).toBeGreaterThan(200)
  expect(fields.filter(([, part]) => !says(part)).map(([path]) => path)).toEqual([])
  for (const kind of kindNames) expect(JSON.stringify(schema)).toContain(`"const":"${kind}"`)
})
