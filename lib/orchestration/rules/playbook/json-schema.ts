import { z } from 'zod'
import { playbookSchema } from './document.ts'

type Json = Record<string, unknown>

const reference = { type: 'string', pattern: '\\$\\{[^}]+\\}', description: 'A reference, as ${params.ticket}' }

/**
 * The form of a playbook as JSON Schema 2020-12, made from the very definitions that check it, for editors:
 * `# yaml-language-server: $schema=<address of the command center>/api/v1/playbooks/schema`.
 */
export function playbookJsonSchema(): Json {
  const { $schema, ...form } = z.toJSONSchema(playbookSchema, { io: 'input', reused: 'ref', unrepresentable: 'any' }) as Json
  const defs = form['$defs'] as Record<string, Json>
  const inParams = new Set<string>()
  collect(form, false, inParams, defs)
  const $defs = Object.fromEntries(Object.entries(defs).map(([name, schema]) => [name, rewrite(schema, inParams.has(name), null)]))
  const { $defs: _defs, ...rest } = form
  return { $schema, $id: 'https://knowngood.dev/schemas/playbook-v1.json', title: 'Knowngood playbook', ...(rewrite(rest, false, null) as Json), $defs }
}

const refOf = (schema: Json): string | null => (typeof schema['$ref'] === 'string' ? schema['$ref'].replace('#/$defs/', '') : null)

/** Which definitions are used inside parameters of a step, where references may stand. */
function collect(schema: unknown, inside: boolean, found: Set<string>, defs: Record<string, Json>): void {
  if (Array.isArray(schema)) for (const one of schema) collect(one, inside, found, defs)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return
  const name = refOf(schema as Json)
  if (name !== null && inside) {
    if (found.has(name)) return
    found.add(name)
    collect(defs[name], true, found, defs)
  }
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const [property, inner] of Object.entries(value as Json)) collect(inner, inside || property === 'with', found, defs)
    else collect(value, inside, found, defs)
  }
}

/** Lets a reference stand wherever a value of parameters may; the word that says which form it is stays a word. */
function rewrite(schema: unknown, inside: boolean, property: string | null): unknown {
  if (Array.isArray(schema)) return schema.map((one) => rewrite(one, inside, property))
  if (typeof schema !== 'object' || schema === null) return schema
  const out: Json = {}
  for (const [key, value] of Object.entries(schema as Json)) {
    if (key === 'properties') out[key] = Object.fromEntries(Object.entries(value as Json).map(([name, inner]) => [name, rewrite(inner, inside || name === 'with', name)]))
    else out[key] = ['enum', 'const', 'required', 'default'].includes(key) ? value : rewrite(value, inside, property)
  }
  const scalar = ['number', 'integer', 'boolean'].includes(String(out['type'])) || out['enum'] !== undefined || out['const'] !== undefined || out['pattern'] !== undefined || out['format'] !== undefined
  if (!inside || !scalar || (property === 'via' && out['const'] !== undefined) || property === 'moves') return out
  const { description, ...value } = out
  return { ...(description === undefined ? {} : { description }), anyOf: [value, reference] }
}
