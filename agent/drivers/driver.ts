import { Because } from '../because.ts'
import type { Instance, InstanceState, LogLine, ReleaseRef } from '../protocol.ts'

/** A release whose bytes are here and were checked. */
export interface StagedArtifact {
  path: string
  bytes: number
}

export interface DriverTools {
  signal: AbortSignal
  log: (line: string, stream?: LogLine['stream']) => void
  /** What a program's output has to wait for; null = nothing. */
  flow?: () => Promise<void> | null
  /** The verified bytes of a release, fetched where they are not here yet. */
  artifact: (release: ReleaseRef) => Promise<StagedArtifact>
  /** True inside a step, whose guard ends everything it started. */
  guarded: boolean
}

export interface Snapshot {
  config: Record<string, unknown>
  /** Names whose values never leave. */
  secrets: string[]
}

/** How one target is asked and changed. Every method fails with a sentence; "could not be asked" is a failure, never an empty answer. */
export interface Driver {
  observe(tools: Pick<DriverTools, 'signal' | 'log' | 'guarded'>): Promise<Instance[]>
  /** Brings verified bytes to where they will run. */
  stage(release: ReleaseRef, tools: DriverTools): Promise<StagedArtifact>
  /** Makes the target run a release; what already does is left alone. */
  switch(release: ReleaseRef, tools: DriverTools): Promise<void>
  /** Makes the target run a release while nobody is let in: every instance at once. */
  start(release: ReleaseRef, tools: DriverTools): Promise<void>
  /** Fails where the target does not serve this digest. */
  verify(digest: string, tools: DriverTools): Promise<void>
  snapshot(tools: DriverTools): Promise<Snapshot>
  /** Whether users are let in; null where that cannot be asked. */
  isOpen(tools: Pick<DriverTools, 'signal'>): Promise<boolean | null>
  /** Lets nobody in any more; resolves when nothing is under way. Repeating it is harmless, as with the next two. */
  drain(tools: DriverTools): Promise<void>
  /** Ends every instance, for good until the next start. */
  stop(tools: DriverTools): Promise<void>
  /** Lets users in again. */
  open(tools: DriverTools): Promise<void>
}

const states: readonly string[] = ['starting', 'healthy', 'unhealthy', 'stopped'] satisfies InstanceState[]
const isText = (value: unknown, longest: number): value is string => typeof value === 'string' && value.length > 0 && value.length <= longest

/** The instances of an answer, or a sentence that names what is wrong with it. */
export function instancesOf(answer: unknown, who: string): Instance[] {
  const list = typeof answer === 'object' && answer !== null ? (answer as { instances?: unknown }).instances : null
  if (!Array.isArray(list)) throw new Because(`${who} answered without a list of instances`)
  if (list.length > 200) throw new Because(`${who} answered with ${list.length} instances; at most 200 can be reported`)
  return list.map((one: Record<string, unknown>, index) => {
    const { id, state } = one
    if (!isText(id, 120)) throw new Because(`${who}: instances.${index}.id is not a name`)
    if (typeof state !== 'string' || !states.includes(state)) throw new Because(`${who}: instances.${index}.state is ${JSON.stringify(state)}; it is one of ${states.join(', ')}`)
    const optional = (value: unknown): string | null => (isText(value, 100) ? value : null)
    return { id, digest: optional(one['digest']), version: optional(one['version']), state: state as InstanceState }
  })
}

/** Whether every instance runs this digest and is healthy. No instances is no yes. */
export const allRun = (instances: readonly Instance[], digest: string): boolean => instances.length > 0 && instances.every((one) => one.digest === digest && one.state === 'healthy')

/** Whether nothing runs any more. What is gone altogether is stopped, too. */
export const allStopped = (instances: readonly Instance[]): boolean => instances.every((one) => one.state === 'stopped')

/** What runs, in words. */
export function sentenceOfInstances(instances: readonly Instance[]): string {
  if (instances.length === 0) return 'no instance is there'
  return instances.map((one) => `${one.id} is ${one.state} on ${one.version ?? one.digest?.slice(0, 19) ?? 'an unknown release'}`).join(', ')
}
