import type { Answered } from '../ask.ts'
import { ask, beginningOf, jsonOf } from '../ask.ts'
import { Because, NotSo } from '../because.ts'
import { valueAt } from '../json-path.ts'
import type { StepParams } from '../step-params.ts'
import type { ActionStep } from './step.ts'

const keptText = 4_000
const unanswered: ReadonlySet<number> = new Set([401, 403, 407, 408, 425, 429])

/** One request to an allowed host, and what its answer has to be. */
export const http: ActionStep<'http'> = async ({ method, url, headers = {}, body, expect = {}, secretHeaders = {} }, { settings, signal, log, secret }) => {
  const hidden = Object.fromEntries(Object.entries(secretHeaders).map(([header, name]) => [header.toLowerCase(), secret(name)]))
  const shown = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]))
  const json = typeof body === 'object'
  const text = json ? JSON.stringify(body) : body
  const answer = await ask({ method, url, headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...shown, ...hidden }, body: text, signal, hosts: settings.http.hosts })
  log(`${method} ${url}: ${answer.status}, ${Buffer.byteLength(answer.text)} bytes`)
  const result = { status: answer.status, body: beginningOf(answer.text, keptText) }
  const no = unexpected(answer, expect)
  const sentence = `${new URL(url).host} ${no}`
  // Who is ill, busy or does not let us in has not said no.
  if (no) throw answer.status >= 500 || unanswered.has(answer.status) ? new Because(sentence, result) : new NotSo(sentence, result)
  return result
}

/** What is not as it has to be; null where all is. */
export function unexpected(answer: Answered, { status, jsonPath, equals, contains }: NonNullable<StepParams['http']['expect']>): string | null {
  const well = status ? status.includes(answer.status) : answer.status >= 200 && answer.status < 300
  if (!well) return `answered ${answer.status}, not ${status ? status.join(' or ') : '2xx'}: ${beginningOf(answer.text)}`
  if (contains !== undefined && !answer.text.includes(contains)) return `answered without ${JSON.stringify(contains)}: ${beginningOf(answer.text)}`
  if (jsonPath === undefined) return null
  const found = valueAt(jsonOf(answer), jsonPath)
  if (equals !== undefined) return found === equals ? null : `answered with ${beginningOf(JSON.stringify(found) ?? 'nothing')} at ${jsonPath}, not ${JSON.stringify(equals)}`
  return found === undefined ? `answered with nothing at ${jsonPath}: ${beginningOf(answer.text)}` : null
}
