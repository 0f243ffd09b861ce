import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'next-auth/jwt'
import type { OperationName } from '#lib/client/routes.ts'
import { address, routes } from '#lib/client/routes.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { cookieName } from '#lib/platform/session.ts'
import { db } from '#lib/platform/db.ts'
import { env } from '#lib/platform/env.ts'

const root = join(import.meta.dirname, '../..')

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

/** Every route file below app/api/v1, as the file system has them: what is tested is what is served. */
export const routeFiles = (): string[] =>
  readdirSync(join(root, 'app/api/v1'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('route.ts')).map((path) => `app/api/v1/${path}`)

/** Who sends: a person by session, an agent by signature, or nobody. */
export interface Sender {
  headers(method: string, path: string, body: string): Promise<Record<string, string>>
}

export const nobody: Sender = { headers: async () => ({}) }

export const bySession = (person: Extract<Actor, { kind: 'person' }>): Sender => ({
  headers: async () => ({ cookie: `${cookieName()}=${await encode({ token: { sid: person.sessionId }, secret: env().AUTH_SECRET })}`, origin: new URL(env().PUBLIC_URL).origin }),
})

export const byToken = (token: string): Sender => ({ headers: async () => ({ authorization: `Bearer ${token}` }) })

/** Gives an agent of the database a key of its own, and speaks with it. */
export async function byKey(agentId: string): Promise<Sender> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await db().agent.update({ where: { id: agentId }, data: { publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url') } })
  return {
    headers: async (method, path, body) => {
      const millis = Date.now()
      const signed = `${method}\n${path}\n${millis}\n${createHash('sha256').update(body).digest('hex')}`
      return { authorization: `Agent ${agentId}.${millis}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}` }
    },
  }
}

export interface Answer {
  status: number
  type: string
  body: Record<string, unknown>
  text: string
}

/** Calls an operation through its own route file, as the server would. `raw` replaces the body, `headers` add to it. */
export async function send(name: OperationName, sender: Sender, input: Record<string, unknown> = {}, how: { raw?: string; type?: string } = {}): Promise<Answer> {
  const { method, path, rest } = address(name, input)
  const pattern = routes[name].split(' ')[1] ?? ''
  const module = (await import(/* @vite-ignore */ join(root, `app${pattern.replace(/:(\w+)/g, '[$1]')}/route.ts`))) as Record<string, Handler>
  const handler = module[method]
  if (!handler) throw new Error(`${path} does not answer ${method}`)
  const search = method === 'GET' ? new URLSearchParams(Object.entries(rest).map(([key, value]) => [key, String(value)])).toString() : ''
  const full = search ? `${path}?${search}` : path
  const body = method === 'GET' ? '' : (how.raw ?? JSON.stringify(rest))
  const request = new Request(`http://localhost:3000${full}`, {
    method,
    headers: { ...(method === 'GET' ? {} : { 'content-type': how.type ?? 'application/json' }), ...(await sender.headers(method, full, body)) },
    ...(method === 'GET' ? {} : { body }),
  })
  const params = Object.fromEntries([...pattern.matchAll(/:(\w+)/g)].map((match) => [String(match[1]), String(input[String(match[1])])]))
  const response = await handler(request, { params: Promise.resolve(params) })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: JSON.parse(text) as Record<string, unknown>, text }
}
