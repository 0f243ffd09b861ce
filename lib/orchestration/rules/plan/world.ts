import type { Action, ReleaseFacts, Situation, TargetFacts } from '../../model.ts'

/** A target on its way to another release. */
export interface Move {
  kind: 'move'
  /** `checkout:eu`: the name in step keys. */
  name: string
  target: TargetFacts
  region: string
  /** All that is known to run there; a half-deployed target runs several at once, and perhaps some of the new already. */
  now: readonly ReleaseFacts[]
  /** Those of them that it leaves. */
  old: readonly ReleaseFacts[]
  to: ReleaseFacts
  share: number
}

/** One schema version of a database on its way back. */
export interface Undo {
  kind: 'undo'
  name: string
  database: string
  /** Null where one database serves all regions. */
  region: string | null
  from: number
  to: number
  action: Action
  because: string
  reachedFrom: string
}

export type Mover = Move | Undo

/** A target that stays as it is, with what is known to run there. */
export interface Stay {
  target: TargetFacts
  now: readonly ReleaseFacts[]
}

export interface World {
  situation: Situation
  moves: readonly Move[]
  stays: readonly Stay[]
  /** Regions that something moves in, in the order in which they are touched: least traffic first. */
  regions: readonly string[]
}

/** `first` is done before `then` begins. */
export interface Precedence {
  first: Mover
  then: Mover
  because: string
  /** Moving together would not do: in a group schemas are taken back before anything starts. */
  apart?: true
  /** What `first` starts is what `then` needs: in a group, where all old ones are gone, it still starts first. */
  starts?: true
}

/** Why there is no plan. `inTheWay`: those that stay and would have to move as well; empty where that would not help. */
export interface Refusal {
  refused: true
  because: string
  conflict: readonly string[]
  inTheWay: readonly TargetFacts[]
}

export const refuse = (because: string, conflict: readonly string[] = [because], inTheWay: readonly TargetFacts[] = []): Refusal => ({ refused: true, because, conflict, inTheWay })
export const isRefusal = (value: object): value is Refusal => 'refused' in value

/** The order of names, the same on every machine. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
export const whereIs = ({ service, region }: Pick<TargetFacts, 'service' | 'region'>): string => `${service} in ${region}`
export const allOf = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)

/** The first few in words, and how many more there are. */
export const someOf = (words: readonly string[], most = 5): string => (words.length <= most ? allOf(words) : `${words.slice(0, most).join(', ')} and ${words.length - most} more`)
