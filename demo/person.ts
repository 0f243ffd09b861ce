/** A refusal as the command center said it. */
export class Refusal extends Error {
  readonly status: number
  readonly problem: Record<string, unknown>

  constructor(status: number, problem: Record<string, unknown>) {
    super(typeof problem['detail'] === 'string' ? problem['detail'] : `HTTP ${status}`)
    this.name = 'Refusal'
    this.status = status
    this.problem = problem
  }
}

export interface Person {
  email: string
  cookie: string
  get<T>(path: string): Promise<T>
  send<T>(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<T>
}

/** Signs in as a browser does, and speaks to the API with that session and nothing else. `origin` is the page's address. */
export async function signIn(url: string, origin: string, email: string, password: string): Promise<Person> {
  const start = await fetch(`${url}/api/auth/csrf`)
  const { csrfToken } = (await start.json()) as { csrfToken: string }
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookiesOf(start), origin },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true' }),
  })
  const cookie = cookiesOf(answer)
  if (!cookie.includes('session=')) throw new Error(`${email} could not sign in (HTTP ${answer.status})`)
  return { email, cookie, ...speaker(url, { cookie, origin }) }
}

/** The same for a pipeline with its token. */
export const withToken = (url: string, token: string): Pick<Person, 'get' | 'send'> => speaker(url, { authorization: `Bearer ${token}` })

const cookiesOf = (response: Response): string => response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ')

function speaker(url: string, headers: Record<string, string>): Pick<Person, 'get' | 'send'> {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Refusal(response.status, answer)
    return answer as T
  }
  return { get: (path) => ask('GET', path), send: (method, path, body = {}) => ask(method, path, body) }
}
