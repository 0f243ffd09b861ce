import canonicalize from 'canonicalize'
import { Because } from '../because.ts'
import type { Kubernetes, KubeObject } from '../kubernetes-api.ts'
import type { StepParams } from '../step-params.ts'
import type { ActionTools, Result } from './step.ts'

const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)

/** These say something about the object that has them and are not carried from a replica set to its deployment. */
const ownAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
])

interface Template {
  metadata?: { labels?: Record<string, string> }
}

/**
 * Takes a deployment back to an earlier revision as `kubectl rollout undo` does: the replica set's template without its
 * hash label, and its annotations. Unlike kubectl's, the patch holds only for the version that was looked at.
 */
export async function undoRollout(api: Kubernetes, path: string, { toRevision = 0, resource }: StepParams['kubernetes'], { log }: ActionTools): Promise<Result> {
  const deployment = await api.get(path)
  const { spec = {}, metadata } = deployment
  if (spec['paused'] === true) throw new Because(`${resource} is paused; resume it first`)
  const { matchLabels } = spec['selector'] as { matchLabels: Record<string, string> }
  const selector = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`).join(',')
  const { items } = await api.get<{ items: KubeObject[] }>(`${path.slice(0, path.lastIndexOf('/deployments/'))}/replicasets?labelSelector=${encodeURIComponent(selector)}`)
  const own = items.filter((one) => one.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === metadata.uid)).sort((a, b) => revisionOf(b) - revisionOf(a))
  const to = toRevision === 0 ? own[1] : own.find((one) => revisionOf(one) === toRevision)
  if (!to) throw new Because(`${resource} has no ${toRevision === 0 ? 'earlier revision' : `revision ${toRevision}`}: there is ${own.map(revisionOf).join(', ') || 'none'}`)

  const template = templateOf(to)
  const from = revisionOf(deployment)
  if (canonicalize(template) === canonicalize(templateOf({ ...deployment }))) {
    log(`${resource} is what revision ${revisionOf(to)} was already`)
    return { already: true, revision: revisionOf(to), resourceVersion: metadata.resourceVersion ?? null }
  }
  const kept = Object.entries(metadata.annotations ?? {}).filter(([name]) => ownAnnotations.has(name))
  const carried = Object.entries(to.metadata.annotations ?? {}).filter(([name]) => !ownAnnotations.has(name))
  const after = await api.patch(path, 'application/json-patch+json', [
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...kept, ...carried]) },
  ])
  log(`${resource} is taken back from revision ${from} to what revision ${revisionOf(to)} was`)
  return { from, revision: revisionOf(to), resourceVersion: after.metadata.resourceVersion ?? null, generation: after.metadata.generation ?? null }
}

function templateOf({ spec }: KubeObject): Template {
  const template = structuredClone(spec?.['template']) as Template
  if (template.metadata?.labels) delete template.metadata.labels['pod-template-hash']
  return template
}
