import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

type Json = Record<string, unknown>
interface Meta {
  name: string
  namespace: string
  uid: string
  resourceVersion: string
  generation: number
  labels: Record<string, string>
  annotations: Record<string, string>
}
interface Template {
  metadata: { labels: Record<string, string>; creationTimestamp: null }
  spec: { containers: { name: string; image: string; resources: object }[] }
}
interface Kube extends Json {
  metadata: Meta
  spec: Json
}

export interface Patched {
  path: string
  type: string
  body: unknown
  by: string
}

export interface KubernetesStub {
  url: string
  /** Every patch it took, and every request it refused. */
  patches: Patched[]
  refused: string[]
  deployment: Kube
  kustomization: Kube
  replicaSets: Kube[]
  /** How many times a deployment is looked at before its rollout is over; Infinity = it is stuck. */
  looks: number
  /** Called before a patch is applied: what somebody else does in between. */
  meanwhile: () => void
  close: () => Promise<void>
}

const revision = 'deployment.kubernetes.io/revision'
const templateOf = (image: string): Template => ({ metadata: { labels: { app: 'checkout' }, creationTimestamp: null }, spec: { containers: [{ name: 'checkout', image, resources: {} }, { name: 'sidecar', image: 'sidecar:1', resources: {} }] } })

/**
 * As much of a Kubernetes API server as one deployment needs, with its state. It takes only what a real kubectl was seen
 * to send: paths, content types and the forms of patches. Anything else is refused and noted.
 */
export async function startKubernetes({ key, cert, token, port = 0 }: { key: string; cert: string; token: string; port?: number }): Promise<KubernetesStub> {
  let versions = 100
  let lookedAt = 0
  const meta = (name: string, annotations: Record<string, string>): Meta => ({ name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(++versions), generation: 1, labels: { app: 'checkout' }, annotations })
  const deployment: Kube = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('checkout', { [revision]: '2', 'kubernetes.io/change-cause': 'release 1.5.0', 'kubectl.kubernetes.io/last-applied-configuration': '{}' }), spec: { replicas: 2, selector: { matchLabels: { app: 'checkout' } }, template: templateOf('checkout:1.5.0') } }
  const replicaSet = (number: number, image: string, hash: string): Kube => {
    const template = templateOf(image)
    const own = { ...meta(`checkout-${hash}`, { [revision]: String(number), 'deployment.kubernetes.io/desired-replicas': '2', 'kubernetes.io/change-cause': `release ${image.split(':')[1]}` }), ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', uid: deployment.metadata.uid, controller: true }] }
    return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: own, spec: { replicas: 0, selector: { matchLabels: { app: 'checkout', 'pod-template-hash': hash } }, template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata.labels, 'pod-template-hash': hash } } } } }
  }
  const stub: KubernetesStub = {
    url: '', patches: [], refused: [], deployment, looks: 0, meanwhile: () => undefined,
    kustomization: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: meta('shop', {}), spec: { suspend: false } },
    replicaSets: [replicaSet(1, 'checkout:1.4.2', 'aaaa'), replicaSet(2, 'checkout:1.5.0', 'bbbb')],
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }

  const statusOf = (): Json => {
    const over = lookedAt >= stub.looks
    const replicas = Number(deployment.spec['replicas'])
    return { observedGeneration: lookedAt > 0 || over ? deployment.metadata.generation : deployment.metadata.generation - 1, replicas: over ? replicas : replicas + 1, updatedReplicas: over ? replicas : replicas - 1, availableReplicas: replicas, conditions: stub.looks === Infinity ? [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'it has timed out' }] : [] }
  }
  const changed = (kube: Kube): void => {
    kube.metadata.resourceVersion = String(++versions)
    kube.metadata.generation += 1
    lookedAt = 0
  }

  const server = createServer({ key, cert }, (request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'https://x')
      const send = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const refuse = (status: number, reason: string, message: string): void => {
        stub.refused.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? ''}: ${message}`)
        send(status, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status })
      }
      if (request.headers.authorization !== `Bearer ${token}`) return refuse(401, 'Unauthorized', 'Unauthorized')
      const found = discovery[url.pathname]
      if (found) return send(200, found)
      const at = /^(.*)\/namespaces\/shop\/(deployments|kustomizations|replicasets)(?:\/([^/]+))?(\/scale)?$/.exec(url.pathname)
      if (request.method === 'GET' && at?.[2] === 'replicasets') return url.searchParams.get('labelSelector') === 'app=checkout' ? send(200, { kind: 'ReplicaSetList', apiVersion: 'apps/v1', metadata: { resourceVersion: String(versions) }, items: stub.replicaSets }) : refuse(400, 'BadRequest', 'kubectl selects by label')
      const kube = at?.[2] === 'deployments' && at[3] === 'checkout' ? deployment : at?.[2] === 'kustomizations' && at[3] === 'shop' ? stub.kustomization : null
      if (!kube) return refuse(404, 'NotFound', `${url.pathname} not found`)
      if (request.method === 'GET') {
        if (at?.[4]) return send(200, scaleOf(deployment))
        const shown = kube === deployment ? { ...kube, status: statusOf() } : kube
        lookedAt += 1
        return send(200, shown)
      }
      if (request.method !== 'PATCH') return refuse(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
      stub.meanwhile()
      const type = request.headers['content-type'] ?? ''
      const body = JSON.parse(text) as unknown
      const no = at?.[4] ? patchScale(type, body, deployment) : patch(type, body, kube)
      if (no) return refuse(...no)
      stub.patches.push({ path: request.url ?? '', type, body, by: request.headers['user-agent'] ?? '' })
      changed(kube)
      send(200, at?.[4] ? scaleOf(deployment) : kube)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  stub.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  return stub
}

type No = [number, string, string]

const scaleOf = ({ metadata, spec }: Kube): Json => ({ kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name: metadata.name, namespace: metadata.namespace, resourceVersion: metadata.resourceVersion }, spec: { replicas: spec['replicas'] }, status: { replicas: spec['replicas'], selector: 'app=checkout' } })

function patchScale(type: string, body: unknown, kube: Kube): No | null {
  const { spec, ...rest } = body as { spec?: { replicas?: unknown } }
  if (type !== 'application/merge-patch+json') return [415, 'UnsupportedMediaType', `a scale is not patched with ${type}`]
  if (typeof spec?.replicas !== 'number' || Object.keys(spec).length !== 1 || Object.keys(rest).length > 0) return [422, 'Invalid', 'kubectl sends {"spec":{"replicas":n}}']
  kube.spec['replicas'] = spec.replicas
  return null
}

function patch(type: string, body: unknown, kube: Kube): No | null {
  if (type === 'application/json-patch+json') return jsonPatch(body as { op: string; path: string; value: unknown }[], kube)
  if (type === 'application/merge-patch+json') return mergeInto(kube, body as Json)
  if (type === 'application/strategic-merge-patch+json') return kube['kind'] === 'Deployment' ? strategic(body as Json, kube) : [415, 'UnsupportedMediaType', 'custom resources have no strategic merge patch']
  return [415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml`]
}

/** A rollout undo, and nothing else: the template and the annotations, perhaps after a look at the version. */
function jsonPatch(ops: { op: string; path: string; value: unknown }[], kube: Kube): No | null {
  const [first] = ops
  const rest = first?.op === 'test' ? ops.slice(1) : ops
  if (first?.op === 'test' && (first.path !== '/metadata/resourceVersion' || first.value !== kube.metadata.resourceVersion)) return [422, 'Invalid', `the server rejected our request due to an error in our request: testing path ${first.path} failed`]
  if (rest.map(({ op, path }) => `${op} ${path}`).join() !== 'replace /spec/template,replace /metadata/annotations') return [422, 'Invalid', 'kubectl replaces the template and the annotations']
  const template = rest[0]?.value as Template
  if (template.metadata.labels['pod-template-hash'] !== undefined) return [422, 'Invalid', 'kubectl takes the hash label away']
  kube.spec['template'] = template
  kube.metadata.annotations = rest[1]?.value as Record<string, string>
  return null
}

function mergeInto(into: Json, change: Json): null {
  for (const [name, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(into, name)
    else if (typeof value === 'object' && !Array.isArray(value)) mergeInto((into[name] ??= {}) as Json, value as Json)
    else into[name] = value
  }
  return null
}

/** Containers are merged by name, in the order that the patch gives. */
function strategic(change: Json, kube: Kube): No | null {
  const inner = (change as { spec?: { template?: { spec?: Json } } }).spec?.template?.spec
  if (!inner) return mergeInto(kube, change)
  const held = (kube.spec['template'] as Template).spec.containers
  const order = inner['$setElementOrder/containers'] as { name: string }[] | undefined
  if (order?.map(({ name }) => name).join() !== held.map(({ name }) => name).join()) return [422, 'Invalid', 'kubectl sends the order of the containers']
  for (const one of inner['containers'] as { name: string; image: string }[]) Object.assign(held.find(({ name }) => name === one.name) ?? {}, one)
  return null
}

const group = (name: string): Json => ({ name, versions: [{ groupVersion: `${name}/v1`, version: 'v1' }], preferredVersion: { groupVersion: `${name}/v1`, version: 'v1' } })
const resource = (name: string, kind: string, more: Json = {}): Json => ({ name, singularName: kind.toLowerCase(), namespaced: true, kind, verbs: ['get', 'list', 'patch', 'update', 'watch'], ...more })

/** What kubectl asks before it does anything. */
const discovery: Record<string, Json> = {
  '/version': { major: '1', minor: '32', gitVersion: 'v1.32.4' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: ['apps', 'autoscaling'].map(group) },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [] },
  '/apis/autoscaling/v1': { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'autoscaling/v1', resources: [] },
  '/apis/apps/v1': { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'apps/v1', resources: [resource('deployments', 'Deployment', { shortNames: ['deploy'] }), { ...resource('deployments/scale', 'Scale'), group: 'autoscaling', version: 'v1' }, resource('replicasets', 'ReplicaSet', { shortNames: ['rs'] })] },
}
