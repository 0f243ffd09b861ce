import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { beginningOf } from '../ask.ts'
import { Because } from '../because.ts'
import { askTemplate } from '../fill-request.ts'
import { runProgram } from '../run-program.ts'
import type { StepParams } from '../step-params.ts'
import type { ActionStep, ActionTools } from './step.ts'

const verifyMs = 10_000
const everyMs = 300

/** Replaces the records of one name and type, and asks the authoritative server what it has then. What resolvers still hold is not seen here: that takes the old record's TTL. */
export const dns: ActionStep<'dns'> = async (params, tools) => {
  const { zone, name, type, ttl, values, via } = params
  const held = tools.settings.dns[via]
  if (!held) throw new Because(`via: ${via} is not in this agent’s configuration (dns)`)
  if (!`.${absolute(name)}`.endsWith(`.${absolute(zone)}`)) throw new Because(`name: ${name} is not in ${zone}`)
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  resolver.setServers([`${await addressOf(held.server)}:${held.port}`])
  const before = await recordsOf(resolver, params)
  if (same(before, values)) tools.log(`${name} ${type} is ${values.join(', ')} already`)
  else if (held.kind === 'nsupdate') await update(params, held, tools)
  else {
    const answer = await askTemplate(held.request, { zone, name, type, ttl, values }, tools)
    if (answer.status < 200 || answer.status > 299) throw new Because(`${via} answered ${answer.status}: ${beginningOf(answer.text)}`)
  }
  const until = Date.now() + verifyMs
  for (;;) {
    const now = await recordsOf(resolver, params)
    if (same(now, values)) {
      tools.log(`${name} ${type} is ${now.join(', ')} at ${held.server}`)
      return { was: before, is: now }
    }
    if (Date.now() > until || tools.signal.aborted) throw new Because(`${name} ${type} was changed, but ${held.server} answers ${now.join(', ') || 'nothing'}`, { was: before, is: now })
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

const absolute = (domain: string): string => `${domain.replace(/\.$/, '').toLowerCase()}.`
const same = (one: readonly string[], other: readonly string[]): boolean => [...one].sort().join('\n').toLowerCase() === other.map((value) => value.replace(/\.$/, '')).sort().join('\n').toLowerCase()

async function recordsOf(resolver: Resolver, { name, type }: StepParams['dns']): Promise<string[]> {
  try {
    const found = await resolver.resolve(name.replace(/\.$/, ''), type)
    return (found as (string | string[])[]).map((one) => (Array.isArray(one) ? one.join('') : one.replace(/\.$/, '')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw new Because(`${name} cannot be looked up at its server (${code ?? (error as Error).message})`)
  }
}

async function addressOf(server: string): Promise<string> {
  if (isIP(server)) return server
  const [address] = await new Resolver().resolve4(server).catch((error: NodeJS.ErrnoException) => {
    throw new Because(`the address of ${server} cannot be found (${error.code ?? error.message})`)
  })
  return address ?? ''
}

/** An RFC 2136 update, told to nsupdate on its standard input; the key stays in its file. */
async function update({ zone, name, type, ttl, values }: StepParams['dns'], { server, port, keyFile }: { server: string; port: number; keyFile?: string | undefined }, { signal, log, flow, env, settings, scratch }: ActionTools): Promise<void> {
  const written = (value: string): string => (type === 'TXT' ? `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : type === 'CNAME' ? absolute(value) : value)
  const script = [`server ${server} ${port}`, `zone ${absolute(zone)}`, `update delete ${absolute(name)} ${type}`, ...values.map((value) => `update add ${absolute(name)} ${ttl} ${type} ${written(value)}`), 'send', ''].join('\n')
  const lines: string[] = []
  const onLine = (stream: 'out' | 'err', line: string): void => {
    log(line, stream)
    lines.push(line)
  }
  const { code } = await runProgram({ argv: ['nsupdate', ...(keyFile ? ['-k', keyFile] : [])], cwd: scratch, env: env(settings.env), signal, ownGroup: false, flow, input: script, onLine })
  if (code !== 0) throw new Because(`nsupdate ended with ${code}${lines.length ? `: ${lines.join('; ')}` : ''}`)
}
