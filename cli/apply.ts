import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Connection } from './client.ts'
import { call } from './client.ts'

const addresses: Record<string, (document: Record<string, unknown>) => string> = {
  catalog: () => '/api/v1/catalog',
  policy: () => '/api/v1/policy',
  criteria: (document) => `/api/v1/criteria/${encodeURIComponent(String(document['name'] ?? ''))}`,
  'on-call': () => '/api/v1/on-call',
  'status-components': () => '/api/v1/status/components',
}

/** Sends a YAML document to the operation that its `kind` names; applying it twice changes nothing. */
export async function applyDocument(connection: Connection, file: string): Promise<unknown> {
  const { kind, ...document } = parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const address = typeof kind === 'string' ? addresses[kind] : undefined
  if (!address) throw new Error(`${file}: kind must be one of ${Object.keys(addresses).join(', ')}`)
  const path = address(document)
  if (kind === 'criteria') delete document['name']
  return call(connection, 'PUT', path, document)
}
