import type { Answered } from './ask.ts'
import { ask } from './ask.ts'
import type { RequestTemplate } from './config-actions.ts'
import type { ActionTools } from './steps/step.ts'

/** What fills the holes `{name}` of a configured request. */
export type Holes = Record<string, string | number | boolean | readonly string[]>

const textOf = (hole: Holes[string]): string => (Array.isArray(hole) ? hole.join(' ') : String(hole as string))

function fill(text: string, holes: Holes, written: (value: string) => string): string {
  return text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => (Object.hasOwn(holes, name) ? written(textOf(holes[name] as Holes[string])) : whole))
}

/** A body whose value is one hole alone gets the value itself: true stays true, a list stays a list. */
function fillDeep(value: unknown, holes: Holes): unknown {
  if (typeof value === 'string') {
    const whole = /^\{([a-z]+)\}$/.exec(value)?.[1]
    return whole && Object.hasOwn(holes, whole) ? holes[whole] : fill(value, holes, (text) => text)
  }
  if (Array.isArray(value)) return value.map((one) => fillDeep(one, holes))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fillDeep(one, holes)]))
  return value
}

export interface FilledRequest {
  method: string
  url: string
  headers: Record<string, string>
  body: string | undefined
}

/** A configured request with its holes filled in; in the address they are encoded, so that a name cannot become a path. */
export function fillRequest(template: Omit<RequestTemplate, 'secretHeaders'>, holes: Holes): FilledRequest {
  const { method, url, headers, body } = template
  const json = typeof body === 'object'
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), fill(value, holes, (text) => text.replaceAll(/[\r\n]/g, ' '))]))
  return {
    method,
    url: fill(url, holes, encodeURIComponent),
    headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...filled },
    body: body === undefined ? undefined : json ? JSON.stringify(fillDeep(body, holes)) : fill(body, holes, (text) => JSON.stringify(text).slice(1, -1)),
  }
}

/** Sends a configured request, with its secrets in its headers. */
export function askTemplate(template: RequestTemplate, holes: Holes, { signal, secret }: Pick<ActionTools, 'signal' | 'secret'>): Promise<Answered> {
  const { method, url, headers, body } = fillRequest(template, holes)
  const hidden = Object.fromEntries(Object.entries(template.secretHeaders).map(([header, name]) => [header.toLowerCase(), secret(name)]))
  return ask({ method, url, headers: { ...headers, ...hidden }, body, signal, hosts: null })
}
