import type { PlanDocument, ReleaseFacts, Situation, StepDocument, StepRole, TargetFacts } from '../../model.ts'
import type { Order } from './order.ts'

export type Move = PlanDocument['moves'][number]

/** Releases of a target over a time: from the start of one step (null = from the beginning) to the end of another (null = for good). */
export interface Presence {
  releases: readonly ReleaseFacts[]
  from: string | null
  until: string | null
}

/** The steps that carry a move; those of a drain only where it moves behind one. */
export interface Carried {
  stage: string
  deploy: string
  verify: string
  drain: { drain: string; stop: string; open: string } | null
}

/** One target, and what the plan does with it. */
export interface Place {
  /** As `checkout in eu`. */
  name: string
  target: TargetFacts
  /** What runs at the start and says something of itself. */
  old: readonly ReleaseFacts[]
  moved: { move: Move; to: ReleaseFacts; by: Carried } | null
  /** When what of it may call and be called. */
  serving: readonly Presence[]
  /** When what of it runs at all. Between a drain and a stop it runs and serves nobody. */
  running: readonly Presence[]
}

/** The plan, the world, and what the one does to the other. */
export interface Scene {
  plan: PlanDocument
  world: Situation
  order: Order
  places: readonly Place[]
  /** Steps by the target they touch. */
  own: ReadonlyMap<string, readonly StepDocument[]>
}

/** A check says what is wrong in one sentence, or null. */
export type Check = (scene: Scene) => string | null

/** The first of many that is wrong. */
export function firstWrong<T>(things: Iterable<T>, wrong: (thing: T) => string | null): string | null {
  for (const thing of things) {
    const because = wrong(thing)
    if (because) return because
  }
  return null
}

export const nameOf = ({ service, region }: { service: string; region: string }): string => `${service} in ${region}`

export function placeOf(target: TargetFacts, moved: Place['moved']): Place {
  const old = (target.running ?? []).flatMap((one) => (one.release ? [one.release] : []))
  const place = { name: nameOf(target), target, old, moved }
  if (!moved) {
    const stays = [{ releases: old, from: null, until: null }]
    return { ...place, serving: stays, running: stays }
  }
  const { deploy, verify, drain } = moved.by
  const change = (until: string, from: string): Presence[] => [
    { releases: old, from: null, until },
    { releases: [moved.to], from, until: null },
  ]
  return drain ? { ...place, serving: change(drain.drain, drain.open), running: change(drain.stop, deploy) } : { ...place, serving: change(verify, deploy), running: change(verify, deploy) }
}

/** Whether there can be a moment at which both are there. */
export const canMeet = (a: Presence, b: Presence, order: Order): boolean => !endsBefore(a, b, order) && !endsBefore(b, a, order)
const endsBefore = (a: Presence, b: Presence, order: Order): boolean => a.until !== null && b.from !== null && order.before(a.until, b.from)

export const stepsOf = (scene: Pick<Scene, 'own'>, targetId: string, role: StepRole): readonly StepDocument[] => (scene.own.get(targetId) ?? []).filter((step) => step.role === role)

/** Whether a list of sentences has one that speaks of all of these names. */
export function speaksOf(sentences: readonly string[], ...names: readonly string[]): boolean {
  return sentences.some((sentence) => {
    const words = new Set(sentence.split(/[^\w.-]+/).map((word) => word.replace(/^[.-]+|[.-]+$/g, '')))
    return names.every((name) => words.has(name))
  })
}
