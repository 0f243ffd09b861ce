import type { z } from 'zod'
import type { Actor } from './actor.ts'
import type { Command } from './command.ts'
import { execute } from './command.ts'
import { actorOf } from './credentials.ts'
import { env } from './env.ts'
import { Fault, faultOf, problemOf, statusOf } from './fault.ts'
import type { Ingest } from './ingest.ts'
import { accept } from './ingest.ts'
import { log } from './log.ts'
import type { Query } from './query.ts'
import { ask } from './query.ts'

/** Larger bodies are refused before they are parsed. */
const maxBodyBytes = 2 * 1024 * 1024
const maxDepth = 64

export type Operation = Command<z.ZodType, never, unknown> | Query<z.ZodType, never, unknown> | Ingest<z.ZodType, never, unknown>
// What handle() is given: any subject and result, since it only passes them on.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyOperation = Command<any, any, any> | Query<any, any, any> | Ingest<any, any, any>

type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> }
export type RouteHandler = ((request: Request, context: RouteContext) => Promise<Response>) & { operation: AnyOperation }

/** The one way from HTTP to a command, query or ingest: credential, origin, size, shape, answer. */
export function handle(operation: AnyOperation): RouteHandler {
  const handler = async (request: Request, context: RouteContext): Promise<Response> => {
    try {
      return await answer(operation, request, await context.params)
    } catch (error) {
      return refuse(error, operation.name)
    }
  }
  return Object.assign(handler, { operation })
}

async function answer(operation: AnyOperation, request: Request, params: Record<string, string | string[] | undefined>): Promise<Response> {
  const url = new URL(request.url)
  const body = request.method === 'GET' || request.method === 'HEAD' ? '' : await readBody(request)
  const authorization = request.headers.get('authorization')
  const actor = await actorOf({ method: request.method, path: url.pathname + url.search, authorization, cookie: request.headers.get('cookie'), body })
  // Before anything is looked up: whoever is nobody learns nothing, not even what is there.
  if (actor.kind === 'anonymous' && operation.permission !== 'public') throw new Fault('unauthenticated', 'sign in first')
  if (operation.type === 'query') {
    const { data, version } = await ask(operation, actor, { ...Object.fromEntries(url.searchParams), ...params })
    return json(200, data, { etag: `"${version}"` })
  }
  if (authorization === null) refuseForeignOrigin(request)
  // Path parts win: what was addressed is what is acted on.
  const input = { ...parseBody(body, request.headers.get('content-type')), ...params }
  if (operation.type === 'ingest') return json(200, await accept(operation, actor, input, request.signal))
  return json(operation.status ?? 200, await execute(operation, actor, input, idempotency(request, actor)))
}

function idempotency(request: Request, actor: Actor): { idempotencyKey?: string } {
  const key = request.headers.get('idempotency-key')?.trim().replace(/^"(.*)"$/, '$1')
  if (!key || actor.kind === 'anonymous') return {}
  if (key.length > 200) throw new Fault('invalid', 'Idempotency-Key: at most 200 characters', { fields: [{ field: 'Idempotency-Key', message: 'at most 200 characters' }] })
  return { idempotencyKey: key }
}

/** A browser sends cookies from anywhere; only our own pages may act with them. */
function refuseForeignOrigin(request: Request): void {
  if (!request.headers.get('cookie')) return
  const origin = request.headers.get('origin')
  if (origin !== new URL(env().PUBLIC_URL).origin) throw new Fault('forbidden', `this request must come from ${new URL(env().PUBLIC_URL).origin}`)
}

/** The body as text, refused once it is larger than `atMost` bytes, whatever was announced. */
export async function readBody(request: Request, atMost: number = maxBodyBytes): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > atMost) throw tooLarge(atMost)
  const reader = request.body?.getReader()
  if (!reader) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength
    if (size > atMost) {
      await reader.cancel()
      throw tooLarge(atMost)
    }
    chunks.push(part.value)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const tooLarge = (atMost: number): Fault => new Fault('too_large', `a body has at most ${atMost} bytes`)

const tooDeep = (): Fault => new Fault('too_large', `at most ${maxDepth} levels of nesting`)

/** A JSON object, or the refusal. Never `text/plain`: other sites can send that without asking. */
export function parseBody(body: string, contentType: string | null): Record<string, unknown> {
  if (body === '') return {}
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType ?? '')) throw new Fault('unsupported_type', 'send application/json')
  let parsed: unknown
  try {
    parsed = JSON.parse(body, (key, value: unknown) => {
      if (key === '__proto__') throw new Fault('invalid', '__proto__: this field does not exist here', { fields: [{ field: '__proto__', message: 'this field does not exist here' }] })
      return value
    })
  } catch (error) {
    if (error instanceof SyntaxError) throw new Fault('malformed', `the body is not JSON: ${error.message}`)
    // The reviver goes down by calling itself.
    throw error instanceof RangeError ? tooDeep() : error
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Fault('invalid', 'body: send a JSON object', { fields: [{ field: 'body', message: 'send a JSON object' }] })
  if (deeperThan(parsed, maxDepth)) throw tooDeep()
  return parsed as Record<string, unknown>
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => deeperThan(inner, levels - 1))
}

function json(status: number, data: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(data ?? {}), { status, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'private, no-store', ...headers } })
}

/** Any error as a problem document; what was not expected is logged and says nothing about itself. */
export function refuse(error: unknown, operation: string): Response {
  const fault = faultOf(error)
  if (fault.code === 'internal') log('http').error({ err: error, operation }, 'a request failed')
  const retry = fault.detail['retryAfter']
  return new Response(JSON.stringify(problemOf(fault)), {
    status: statusOf[fault.code],
    headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'private, no-store', ...(retry ? { 'retry-after': String(retry) } : {}) },
  })
}
