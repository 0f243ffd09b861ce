import { Because } from '../because.ts'
import type { Kubernetes, KubeObject } from '../kubernetes-api.ts'
import { pause } from '../pause.ts'
import type { ActionTools, Result } from './step.ts'

const everyMs = 1_000

export interface Progress {
  state: 'done' | 'going' | 'stuck'
  sentence: string
}

/** How far a deployment's rollout is, as `kubectl rollout status` reckons it. */
export function progressOf({ metadata, spec = {}, status = {} }: KubeObject): Progress {
  const count = (name: string): number => Number(status[name] ?? 0)
  const wanted = Number(spec['replicas'] ?? 1)
  const going = (sentence: string): Progress => ({ state: 'going', sentence })
  if (count('observedGeneration') < (metadata.generation ?? 0)) return going('the controller has not seen the change yet')
  const conditions = (status['conditions'] ?? []) as { type: string; reason?: string; message?: string }[]
  const late = conditions.find((one) => one.type === 'Progressing' && one.reason === 'ProgressDeadlineExceeded')
  if (late) return { state: 'stuck', sentence: `it exceeded its progress deadline${late.message ? `: ${late.message}` : ''}` }
  if (count('updatedReplicas') < wanted) return going(`${count('updatedReplicas')} of ${wanted} replicas have been updated`)
  if (count('replicas') > count('updatedReplicas')) return going(`${count('replicas') - count('updatedReplicas')} old replicas are still ending`)
  if (count('availableReplicas') < count('updatedReplicas')) return going(`${count('availableReplicas')} of ${count('updatedReplicas')} updated replicas are available`)
  return { state: 'done', sentence: `${wanted} of ${wanted} replicas are updated and available` }
}

/** Waits until a rollout is over; fails where it is stuck or the step's time is. */
export async function awaitRollout(api: Kubernetes, path: string, { signal, log }: Pick<ActionTools, 'signal' | 'log'>): Promise<Result> {
  let told = ''
  for (;;) {
    const found = await api.get(path)
    const { state, sentence } = progressOf(found)
    if (sentence !== told) log((told = sentence))
    if (state === 'done') return { status: sentence, resourceVersion: found.metadata.resourceVersion ?? null, generation: found.metadata.generation ?? null }
    if (state === 'stuck') throw new Because(sentence)
    await pause(everyMs, signal)
    if (signal.aborted) throw new Because(`the rollout is not over: ${sentence}`)
  }
}
