/** Where the command center is and who we are there; both from the environment or options. */
export interface Connection {
  url: string
  token: string | undefined
}

/** A refusal as the server said it. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refused'
    this.status = status
  }
}

/** One request. The key makes a repeat after a lost answer the same request. */
export async function call({ url, token }: Connection, method: string, path: string, body?: unknown, key: string = crypto.randomUUID()): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  }).catch((error: Error) => {
    throw new Refused(0, `${url} cannot be reached: ${(error.cause as Error | undefined)?.message ?? error.message}`)
  })
  const text = await response.text()
  const answer: unknown = text ? parse(text) : {}
  if (response.ok) return answer
  const { detail, title } = (answer ?? {}) as { detail?: string; title?: string }
  throw new Refused(response.status, detail ?? title ?? `${method} ${path} answered ${response.status}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { detail: text.slice(0, 200) }
  }
}
