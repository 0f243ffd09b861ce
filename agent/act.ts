import type { KnownAction, KnownKind } from './step-params.ts'
import { deploy } from './steps/deploy.ts'
import { drain } from './steps/drain.ts'
import { open } from './steps/open.ts'
import { snapshot } from './steps/snapshot.ts'
import { stage } from './steps/stage.ts'
import type { ActionTools, Result, Step, StepTools } from './steps/step.ts'
import { stop } from './steps/stop.ts'
import { verify } from './steps/verify.ts'

/** Each kind's program. What is done to targets is loaded before the work comes, anything else when it is needed. */
const steps: { [K in KnownKind]: () => Step<K> | Promise<Step<K>> } = {
  snapshot: () => snapshot,
  stage: () => stage,
  deploy: () => deploy,
  verify: () => verify,
  drain: () => drain,
  stop: () => stop,
  open: () => open,
  shell: async () => (await import('./steps/shell.ts')).shell,
  http: async () => (await import('./steps/http.ts')).http,
  ansible: async () => (await import('./steps/ansible.ts')).ansible,
  terraform: async () => (await import('./steps/terraform.ts')).terraform,
  kubernetes: async () => (await import('./steps/kubernetes.ts')).kubernetes,
  sql: async () => (await import('./steps/sql.ts')).sql,
  flag: async () => (await import('./steps/flag.ts')).flag,
  proxy: async () => (await import('./steps/proxy.ts')).proxy,
  dns: async () => (await import('./steps/dns.ts')).dns,
  cdn: async () => (await import('./steps/cdn.ts')).cdn,
  'hold-reconciler': async () => (await import('./steps/hold-reconciler.ts')).holdReconciler,
}

/** Does one action. `target` gives what only actions on a target have, and fails where there is none. */
export async function act(action: KnownAction, tools: ActionTools, target: (service: string) => StepTools): Promise<Result> {
  const step = (await steps[action.kind]()) as (params: KnownAction['params'], tools: ActionTools) => Promise<Result>
  const { service } = action.params as { service?: unknown }
  return step(action.params, typeof service === 'string' ? target(service) : tools)
}
