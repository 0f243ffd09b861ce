import { Because, NotSo } from '../because.ts'
import type { Kubernetes, KubeObject, PatchType } from '../kubernetes-api.ts'
import { kubernetesOf, pathOf } from '../kubernetes-api.ts'
import type { StepParams } from '../step-params.ts'
import { awaitRollout, progressOf } from './kubernetes-rollout.ts'
import type { ActionStep, ActionTools, Result } from './step.ts'
import { undoRollout } from './undo-rollout.ts'

type Params = StepParams['kubernetes']
interface At {
  api: Kubernetes
  path: string
  params: Params
  tools: ActionTools
}

const actions: Record<Params['action'], (at: At) => Promise<Result>> = {
  'rollout-undo': ({ api, path, params, tools }) => undoRollout(api, path, params, tools),

  // As a check it is asked once: "not yet" is an answer. As a step it waits.
  'rollout-status': async ({ api, path, params, tools }) => {
    const found = await api.get(path)
    const progress = progressOf(found)
    if (progress.state === 'done') return { status: progress.sentence, ...seen(found) }
    if (tools.looking) throw new NotSo(`${params.resource}: ${progress.sentence}`, seen(found))
    return awaitRollout(api, path, tools)
  },

  scale: async ({ api, path, params: { replicas, resource }, tools: { log } }) => {
    const scale = `${path}/scale`
    if ((await api.get(scale)).spec?.['replicas'] === replicas) log(`${resource} has ${replicas} replicas already`)
    else await api.patch(scale, 'application/merge-patch+json', { spec: { replicas } })
    const now = (await api.get(scale)).spec?.['replicas']
    if (now !== replicas) throw new Because(`${resource} was scaled to ${replicas}, but is at ${String(now)}`)
    return { replicas: now }
  },

  'set-image': async ({ api, path, params: { container, image, resource }, tools: { log } }) => {
    const names = containersOf(await api.get(path))
    const name = container ?? (names.length === 1 ? names[0]?.name : undefined)
    const held = names.find((one) => one.name === name)
    if (!held) throw new Because(container ? `container: ${resource} has no container ${container}: there is ${names.map((one) => one.name).join(', ')}` : `container: ${resource} has several: name one of ${names.map((one) => one.name).join(', ')}`)
    if (held.image === image) log(`${held.name} of ${resource} is ${image} already`)
    else await api.patch(`${path}?fieldManager=kubectl-set`, 'application/strategic-merge-patch+json', { spec: { template: { spec: { '$setElementOrder/containers': names.map((one) => ({ name: one.name })), containers: [{ image, name: held.name }] } } } })
    const after = await api.get(path)
    const now = containersOf(after).find((one) => one.name === held.name)?.image
    if (now !== image) throw new Because(`${resource} was set to ${image}, but ${held.name} is ${String(now)}`)
    return { container: held.name, from: held.image, to: now, ...seen(after) }
  },

  patch: async ({ api, path, params: { patch } }) => seen(await api.patch(`${path}?fieldManager=kubectl-patch`, patchTypeOf(path), patch)),

  annotate: async ({ api, path, params: { patch = {}, resource } }) => {
    await api.patch(`${path}?fieldManager=kubectl-annotate`, 'application/merge-patch+json', { metadata: { annotations: patch } })
    const after = await api.get(path)
    const { annotations = {} } = after.metadata
    const wrong = Object.entries(patch).find(([name, value]) => (value === null ? Object.hasOwn(annotations, name) : annotations[name] !== value))
    if (wrong) throw new Because(`${resource} was annotated, but ${wrong[0]} is ${annotations[wrong[0]] ?? 'not there'}`)
    return { annotations: Object.fromEntries(Object.keys(patch).map((name) => [name, annotations[name] ?? null])), ...seen(after) }
  },
}

/** One change to one object, sent as kubectl sends it, and what is there afterwards. */
export const kubernetes: ActionStep<'kubernetes'> = async (params, tools) => {
  const path = pathOf(params.namespace, params.resource)
  if (ofDeployments.has(params.action) && !path.includes('/deployments/')) throw new Because(`resource: ${params.action} is for a deployment, not for ${params.resource}`)
  return actions[params.action]({ api: kubernetesOf(params.context, tools), path, params, tools })
}

/** Other kinds keep their history, or tell of their progress, in another way. */
const ofDeployments: ReadonlySet<string> = new Set(['rollout-undo', 'rollout-status'])

/** Only what Kubernetes itself knows is merged by its own rules; for custom resources a patch is a merge patch. */
const patchTypeOf = (path: string): PatchType => (/^\/(api\/v1|apis\/apps)\//.test(path) ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json')

const seen = ({ metadata }: KubeObject): Result => ({ resourceVersion: metadata.resourceVersion ?? null, generation: metadata.generation ?? null })

function containersOf({ spec }: KubeObject): { name: string; image?: string }[] {
  return (spec as { template?: { spec?: { containers?: { name: string; image?: string }[] } } } | undefined)?.template?.spec?.containers ?? []
}
