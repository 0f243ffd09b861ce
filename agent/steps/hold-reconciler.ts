import { readFileSync } from 'node:fs'
import { ask, beginningOf, jsonOf } from '../ask.ts'
import { Because } from '../because.ts'
import type { ActionSettings } from '../config-actions.ts'
import { kubernetesOf, pathOf } from '../kubernetes-api.ts'
import { runProgram } from '../run-program.ts'
import type { StepParams } from '../step-params.ts'
import type { Switch } from './http-switch.ts'
import { httpSwitch, turn } from './http-switch.ts'
import type { ActionStep, ActionTools } from './step.ts'

type Via<K extends StepParams['hold-reconciler']['via']> = Extract<StepParams['hold-reconciler'], { via: K }>
type Reconciler = ActionSettings['reconcilers'][string]

/** Keeps a GitOps controller from undoing what a plan does (`hold: true`), or lets go of it again. On = held. */
export const holdReconciler: ActionStep<'hold-reconciler'> = async (params, tools) => {
  const [what, it] = switchOf(params, tools)
  const { was, is } = await turn(what, it, params.hold, tools)
  return { wasHeld: was, held: is }
}

function switchOf(params: StepParams['hold-reconciler'], tools: ActionTools): [string, Switch] {
  switch (params.via) {
    case 'argocd':
      return [`the hold on ${params.application}`, argocd(params, tools)]
    case 'flux':
      return [`the hold on ${params.resource}`, flux(params, tools)]
    case 'http':
      return [`the hold at ${params.reconciler}`, httpSwitch(`the hold at ${params.reconciler}`, configured('http', params.reconciler, tools), params.name === undefined ? {} : { name: params.name }, tools)]
    case 'command':
      return [`the hold at ${params.reconciler}`, byCommand(configured('command', params.reconciler, tools), tools)]
  }
}

function configured<K extends Reconciler['kind']>(kind: K, name: string | undefined, { settings }: ActionTools): Extract<Reconciler, { kind: K }> {
  const of = Object.entries(settings.reconcilers).filter(([, one]) => one.kind === kind)
  const found = name === undefined ? (of.length === 1 ? of[0]?.[1] : undefined) : of.find(([held]) => held === name)?.[1]
  if (!found) throw new Because(name === undefined ? `reconciler: name one; this agent’s configuration has ${of.length} of the kind ${kind}` : `reconciler: ${name} is not a ${kind} in this agent’s configuration (reconcilers)`)
  return found as Extract<Reconciler, { kind: K }>
}

/** Where the automatic sync that was taken away is remembered: at the application itself, so that whoever lets go puts back what was there. */
const remembered = 'knowngood.dev/held-automated'

interface Application {
  metadata?: { annotations?: Record<string, string> }
  spec?: { syncPolicy?: { automated?: Record<string, unknown> | null } }
}

/** Argo CD: an application without `automated` is synced by nobody but people. */
function argocd({ application, reconciler }: Via<'argocd'>, tools: ActionTools): Switch {
  const { server, tokenFrom, ca } = configured('argocd', reconciler, tools)
  const url = `${server.replace(/\/+$/, '')}/api/v1/applications/${encodeURIComponent(application)}`
  const send = async (method: 'GET' | 'PATCH', body?: unknown): Promise<Application> => {
    const headers = { authorization: `Bearer ${tools.secret(tokenFrom)}`, ...(body ? { 'content-type': 'application/json' } : {}) }
    const answer = await ask({ method, url, headers, body: body ? JSON.stringify(body) : undefined, signal: tools.signal, ca: ca && readFileSync(ca, 'utf8'), hosts: null })
    const value = jsonOf(answer)
    if (answer.status !== 200 || typeof value !== 'object' || value === null) throw new Because(`Argo CD answered ${answer.status} for ${application}: ${beginningOf(answer.text)}`)
    return value as Application
  }
  const patch = (change: object): Promise<Application> => send('PATCH', { name: application, patchType: 'merge', patch: JSON.stringify(change) })
  return {
    isOn: async () => !(await send('GET')).spec?.syncPolicy?.automated,
    set: async (hold) => {
      const { metadata, spec } = await send('GET')
      if (hold) return void (await patch({ metadata: { annotations: { [remembered]: JSON.stringify(spec?.syncPolicy?.automated ?? {}) } }, spec: { syncPolicy: { automated: null } } }))
      const kept = metadata?.annotations?.[remembered]
      if (kept === undefined) throw new Because(`${application} has no automatic sync, and none was taken away by this: ${remembered} is not there. Turn it on by hand if it should have one`)
      await patch({ metadata: { annotations: { [remembered]: null } }, spec: { syncPolicy: { automated: JSON.parse(kept) as unknown } } })
    },
  }
}

/** Flux: `spec.suspend` of a kustomization or a helm release. */
function flux({ context, namespace, resource }: Via<'flux'>, tools: ActionTools): Switch {
  const api = kubernetesOf(context, tools)
  const path = pathOf(namespace, resource)
  return {
    isOn: async () => (await api.get(path)).spec?.['suspend'] === true,
    set: async (hold) => void (await api.patch(`${path}?fieldManager=flux`, 'application/merge-patch+json', { spec: { suspend: hold } })),
  }
}

/** The user's own programs: `observe` ends with 0 while it is held, with 1 while it is not. */
function byCommand({ hold, release, observe, cwd = '.' }: Extract<Reconciler, { kind: 'command' }>, { settings, signal, log, flow, env }: ActionTools): Switch {
  const run = async (argv: readonly string[]): Promise<number> => (await runProgram({ argv, cwd, env: env(settings.env), signal, ownGroup: false, flow, onLine: (stream, line) => log(line, stream) })).code
  return {
    isOn: async () => {
      const code = await run(observe)
      if (code > 1) throw new Because(`${observe.join(' ')} ended with ${code}: it ends with 0 while it is held and with 1 while it is not`)
      return code === 0
    },
    set: async (on) => {
      const argv = on ? hold : release
      const code = await run(argv)
      if (code !== 0) throw new Because(`${argv.join(' ')} ended with ${code}`)
    },
  }
}
