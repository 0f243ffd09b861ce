import type { Answered } from '../ask.ts'
import { ask, beginningOf, jsonOf } from '../ask.ts'
import { Because } from '../because.ts'
import type { ActionSettings } from '../config-actions.ts'
import { askTemplate } from '../fill-request.ts'
import { valueAt } from '../json-path.ts'
import type { StepParams } from '../step-params.ts'
import type { ActionStep, ActionTools } from './step.ts'

type Purge = StepParams['cdn']['purge']
type Provider = ActionSettings['cdn'][string]
type Of<K extends Provider['kind']> = Extract<Provider, { kind: K }>

/** Makes a CDN forget. Purging twice is harmless. Providers answer that they have taken it, not that every edge has done it. */
export const cdn: ActionStep<'cdn'> = async ({ provider, purge }, tools) => {
  const held = tools.settings.cdn[provider]
  if (!held) throw new Because(`provider: ${provider} is not in this agent’s configuration (cdn)`)
  const answers = held.kind === 'cloudflare' ? await cloudflare(held, purge, tools) : held.kind === 'fastly' ? await fastly(held, purge, tools) : [await byTemplate(held, purge, tools)]
  tools.log(`${provider} has taken it: ${what(purge)}`)
  return { requests: answers.length, answers: answers.map(({ status, text }) => ({ status, body: beginningOf(text) })) }
}

const what = ({ all, tags, urls }: Purge): string => (all ? 'everything' : tags ? `tags ${tags.join(', ')}` : `${urls?.length ?? 0} addresses`)

/** 2xx alone is not yes: each provider has a field that says so. */
function must(answer: Answered, who: string, success: (value: unknown) => boolean): Answered {
  const value = jsonOf(answer)
  if (answer.status < 200 || answer.status > 299 || !success(value)) throw new Because(`${who} refused the purge with ${answer.status}: ${beginningOf(answer.text)}`)
  return answer
}

/** At most 30 addresses or tags a request. */
async function cloudflare({ base, zone, tokenFrom }: Of<'cloudflare'>, { all, tags, urls }: Purge, { signal, secret }: ActionTools): Promise<Answered[]> {
  const bodies = all ? [{ purge_everything: true }] : tags ? chunks(tags, 30).map((part) => ({ tags: part })) : chunks(urls ?? [], 30).map((part) => ({ files: part }))
  const answers: Answered[] = []
  for (const body of bodies) {
    const answer = await ask({ method: 'POST', url: `${base}/client/v4/zones/${zone}/purge_cache`, headers: { 'content-type': 'application/json', authorization: `Bearer ${secret(tokenFrom)}` }, body: JSON.stringify(body), signal, hosts: null })
    answers.push(must(answer, 'Cloudflare', (value) => valueAt(value, 'success') === true))
  }
  return answers
}

async function fastly({ base, service, tokenFrom }: Of<'fastly'>, { all, tags, urls }: Purge, { signal, secret }: ActionTools): Promise<Answered[]> {
  const paths = all ? [`/service/${service}/purge_all`] : tags ? [`/service/${service}/purge`] : (urls ?? []).map((url) => `/purge/${url.replace(/^https?:\/\//, '')}`)
  const answers: Answered[] = []
  for (const path of paths) {
    const headers = { 'fastly-key': secret(tokenFrom), accept: 'application/json', ...(tags ? { 'content-type': 'application/json' } : {}) }
    const answer = await ask({ method: 'POST', url: `${base}${path}`, headers, body: tags ? JSON.stringify({ surrogate_keys: tags }) : undefined, signal, hosts: null })
    // Tags are answered with one id for each of them, the others with a status.
    answers.push(must(answer, 'Fastly', (value) => (tags ? tags.every((tag) => typeof (value as Record<string, unknown> | null)?.[tag] === 'string') : valueAt(value, 'status') === 'ok')))
  }
  return answers
}

async function byTemplate({ request, success }: Of<'http'>, { all, tags = [], urls = [] }: Purge, tools: ActionTools): Promise<Answered> {
  const answer = await askTemplate(request, { all: all === true, tags, urls }, tools)
  return must(answer, new URL(request.url).host, (value) => success === undefined || valueAt(value, success) === true)
}

const chunks = <T>(list: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))
