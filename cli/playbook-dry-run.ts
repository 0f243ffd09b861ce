import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Connection } from './client.ts'
import { call, Refused } from './client.ts'

export interface DryRunOptions {
  environment: string
  service: string[]
  region?: string[]
  failure?: string
  param?: string[]
}

/** `ticket=OPS-1`, `replicas=3`, `force=true`: read as YAML, so that numbers are numbers. */
function paramsOf(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    given.map((one) => {
      const at = one.indexOf('=')
      if (at < 1) throw new Error(`--param ${one}: write it as name=value`)
      return [one.slice(0, at), parse(one.slice(at + 1)) as unknown]
    }),
  )
}

/** playbook.dry-run of a file, or of a playbook in force by its name. Ends as a refusal where there would be no plan. */
export async function dryRunPlaybook(connection: Connection, what: string, { environment, service, region, failure, param = [] }: DryRunOptions): Promise<unknown> {
  const source = existsSync(what) ? { text: readFileSync(what, 'utf8') } : { name: what }
  const view = (await call(connection, 'POST', '/api/v1/playbooks/dry-run', { ...source, environment, services: service, params: paramsOf(param), ...(region ? { regions: region } : {}), ...(failure ? { failure } : {}) })) as { ok: boolean; because: string | null }
  if (!view.ok) throw new Refused(409, view.because ?? 'there would be no plan')
  return view
}
