import type { BoardView } from '#lib/incidents/view.ts'
import type { Tone } from '#components/ui/status.tsx'

export type BoardIncident = BoardView['incidents'][number]
export type Stage = BoardIncident['stage']

export const stages: readonly Stage[] = ['noticed', 'deciding', 'rolling back', 'checking', 'watching', 'resolved']

/** How long each incident stays before the next one takes its turn. */
export const turnMs = 12_000

export const stageTone: Record<Stage, Tone> = { noticed: 'bad', deciding: 'bad', 'rolling back': 'degraded', checking: 'working', watching: 'working', resolved: 'good' }

/** Whose turn it is; the clock decides, so that two walls show the same. */
export const turn = (now: number | null, count: number): number => (count > 0 && now !== null ? Math.floor(now / turnMs) % count : 0)

/** Those that take turns: what is over leaves the wall to what is not. */
export function takingTurns<T extends Pick<BoardIncident, 'stage'>>(incidents: readonly T[]): readonly T[] {
  const live = incidents.filter(({ stage }) => stage !== 'resolved')
  return live.length > 0 ? live : incidents
}

export type Back = { kind: 'resolved' } | { kind: 'proven' } | { kind: 'unknown' } | { kind: 'longer'; to: string } | { kind: 'around'; from: string } | { kind: 'between'; from: string; to: string }

/** When it should be over, as honestly as we can: a range, or that it is past it, or that nobody knows. */
export function backOf({ stage, backBetween }: Pick<BoardIncident, 'stage' | 'backBetween'>, now: number | null): Back {
  if (stage === 'resolved') return { kind: 'resolved' }
  if (stage === 'watching') return { kind: 'proven' }
  if (!backBetween) return { kind: 'unknown' }
  if (now !== null && Date.parse(backBetween.to) < now) return { kind: 'longer', to: backBetween.to }
  return backBetween.from.slice(0, 16) === backBetween.to.slice(0, 16) ? { kind: 'around', from: backBetween.from } : { kind: 'between', ...backBetween }
}

/** Quiet is a claim: nothing live, nothing bad, and everything known. */
export const isQuiet = ({ fleet }: Pick<BoardView, 'fleet'>): boolean => fleet.bad === 0 && fleet.unknown === 0 && fleet.degraded === 0 && fleet.good > 0
