import { readFileSync } from 'node:fs'
import type { Answered } from './ask.ts'
import { ask, beginningOf, jsonOf } from './ask.ts'
import { Because } from './because.ts'
import type { ActionTools } from './steps/step.ts'

export type PatchType = 'application/json-patch+json' | 'application/merge-patch+json' | 'application/strategic-merge-patch+json'

/** The few parts of a Kubernetes object that are looked at here. */
export interface KubeObject {
  metadata: { name: string; uid?: string; resourceVersion?: string; generation?: number; annotations?: Record<string, string>; ownerReferences?: { uid: string; controller?: boolean }[] }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}

export interface Kubernetes {
  get<T = KubeObject>(path: string): Promise<T>
  patch<T = KubeObject>(path: string, type: PatchType, body: unknown): Promise<T>
}

/** Kinds that can be named, and where the API has them. */
const places: Record<string, string> = {
  deployment: '/apis/apps/v1',
  statefulset: '/apis/apps/v1',
  daemonset: '/apis/apps/v1',
  replicaset: '/apis/apps/v1',
  configmap: '/api/v1',
  service: '/api/v1',
  kustomization: '/apis/kustomize.toolkit.fluxcd.io/v1',
  helmrelease: '/apis/helm.toolkit.fluxcd.io/v2',
}

/** Where a namespaced object is, from `deployment/checkout`. */
export function pathOf(namespace: string, resource: string): string {
  const [kind = '', name = ''] = resource.split('/')
  const singular = kind.replace(/s$/, '')
  const group = places[singular]
  if (!group) throw new Because(`resource: ${kind} is not one of ${Object.keys(places).join(', ')}`)
  return `${group}/namespaces/${namespace}/${singular}s/${name}`
}

/** The API of a configured cluster, spoken as kubectl does. */
export function kubernetesOf(context: string | undefined, { settings, signal, secret, learnSecrets }: ActionTools): Kubernetes {
  const clusters = settings.kubernetes?.clusters ?? {}
  const names = Object.keys(clusters)
  const name = context ?? (names.length === 1 ? names[0] : undefined)
  const cluster = name === undefined ? undefined : clusters[name]
  if (!cluster) throw new Because(context ? `context: ${context} is not in this agent’s configuration (kubernetes.clusters)` : 'context: there is more than one cluster in this agent’s configuration; name one')
  const token = cluster.tokenFrom ? secret(cluster.tokenFrom) : cluster.tokenFile ? fileOf(cluster.tokenFile, 'tokenFile').trim() : null
  if (token) learnSecrets([token])
  const ca = cluster.ca ? fileOf(cluster.ca, 'ca') : undefined

  async function send<T>(method: 'GET' | 'PATCH', path: string, type?: PatchType, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...(type ? { 'content-type': type } : {}) }
    const answer = await ask({ method, url: `${cluster?.server.replace(/\/+$/, '')}${path}`, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, ca, hosts: null })
    const value = jsonOf(answer)
    if (answer.status < 200 || answer.status > 299 || typeof value !== 'object' || value === null) throw new Because(refusalOf(answer, value))
    return value as T
  }
  return { get: (path) => send('GET', path), patch: (path, type, body) => send('PATCH', path, type, body) }
}

function refusalOf({ status, text }: Answered, value: unknown): string {
  const { message, reason } = (value ?? {}) as { message?: string; reason?: string }
  return `Kubernetes answered ${status}${reason ? ` (${reason})` : ''}: ${message ?? beginningOf(text)}`
}

function fileOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Because(`kubernetes.clusters: ${what} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
  }
}
