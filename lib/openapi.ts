import { z } from 'zod'
import { routes } from './client/routes.ts'
import { statusOf } from './platform/fault.ts'
import { query } from './platform/query.ts'
import { operations } from './wiring.ts'

type Json = Record<string, unknown>

/** What every operation may answer beside success; each is a problem document. */
const refusals = { 400: 'The body is not JSON', 401: 'No credential, or one that is not good', 403: 'Not with these rights', 404: 'Not there, or not for you to know', 409: 'Somebody was first, or the state does not allow it; it says what changed', 422: 'A field is wrong; it is named', 429: 'Too often', 503: 'The database is away; nothing was changed' } as const

/** The OpenAPI 3.1 document, made from the very definitions that serve the requests, so that it cannot say something else. */
export function describeApi(): Json {
  const paths: Record<string, Json> = {}
  for (const [name, route] of Object.entries(routes)) {
    const operation = operations[name]
    if (!operation) continue
    const [method = 'GET', pattern = ''] = route.split(' ')
    const parts = [...pattern.matchAll(/:(\w+)/g)].map((match) => String(match[1]))
    const input = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Json>; required?: string[] } & Json
    const { $schema: _dialect, properties = {}, required = [], ...rest } = input
    const parameter = (key: string, where: 'path' | 'query'): Json => ({ name: key, in: where, required: where === 'path' || required.includes(key), schema: properties[key] ?? { type: 'string' } })
    const others = Object.keys(properties).filter((key) => !parts.includes(key))
    const status = 'status' in operation && operation.status ? operation.status : 200
    paths[pattern.replace(/:(\w+)/g, '{$1}')] = {
      ...paths[pattern.replace(/:(\w+)/g, '{$1}')],
      [method.toLowerCase()]: {
        operationId: name,
        summary: operation.summary,
        tags: [name.split('.')[0]],
        description: `Needs \`${operation.permission}\`.`,
        parameters: [...parts.map((key) => parameter(key, 'path')), ...(method === 'GET' ? others.map((key) => parameter(key, 'query')) : []), ...(operation.type === 'command' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [])],
        ...(method === 'GET' ? {} : { requestBody: { required: others.some((key) => required.includes(key)), content: { 'application/json': { schema: { ...rest, properties: Object.fromEntries(others.map((key) => [key, properties[key]])), required: required.filter((key) => others.includes(key)) } } } } }),
        responses: {
          [status]: { description: 'Done', content: { 'application/json': { schema: operation.output ? z.toJSONSchema(operation.output, { unrepresentable: 'any' }) : { type: 'object' } } } },
          ...Object.fromEntries(Object.entries(refusals).map(([code, description]) => [code, { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }])),
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Knowngood', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }, description: 'Rollback and incident command. Errors are RFC 9457 problem documents. A write with an Idempotency-Key is done once.' },
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      parameters: { IdempotencyKey: { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 }, description: 'The same key and body answer the same, once done' } },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, session: { type: 'apiKey', in: 'cookie', name: 'knowngood.session' }, agent: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Agent <id>.<milliseconds>.<Ed25519 signature>: docs/api/agent-protocol.md' } },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'detail'],
          properties: { type: { type: 'string', format: 'uri' }, title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string', enum: Object.keys(statusOf) }, detail: { type: 'string' }, fields: { type: 'array', items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } } } },
        },
      },
    },
  }
}

export const apiDocument = query({
  name: 'api.document',
  summary: 'This API, as OpenAPI 3.1.',
  permission: 'public',
  input: z.strictObject({}),
  read: async () => describeApi(),
  touches: {},
})
