import type { PlanView } from '#lib/orchestration/view.ts'

export const parts = ['sentence', 'moves', 'steps', 'order', 'groups', 'losses', 'undo', 'duration', 'options', 'leaves', 'notes', 'proof'] as const
export type Part = (typeof parts)[number]

/** One thing that is other in the second plan. `about` names it: a service and region, a step's key, two keys for an order. */
export interface Difference {
  about: readonly string[]
  /** Null where it is not there. */
  before: string | null
  after: string | null
}

export interface Comparison {
  /** The same document, by hash. */
  same: boolean
  parts: { part: Part; differences: Difference[] }[]
}

/** What differs between two plans, part by part; a part without differences says so by an empty list. */
export function comparePlans(before: PlanView, after: PlanView): Comparison {
  const of: Record<Part, Difference[]> = {
    sentence: one(before.sentence, after.sentence),
    moves: listed(before.moves, after.moves, (move) => [`${move.service} in ${move.region}`], (move) => `${move.from.join(' and ') || 'nothing'} → ${move.to}${move.why === 'along' ? ', comes along' : ''}${move.group ? ', behind a drain' : ''}`),
    steps: listed(before.steps, after.steps, (step) => [step.key], inWords),
    order: listed(before.reasons, after.reasons, (reason) => [reason.from, reason.to], (reason) => reason.because),
    groups: listed(before.groups, after.groups, (group) => [group.members.join(', ') || group.key], (group) => group.because),
    losses: listed(before.losses, after.losses, (loss) => [loss.what], (loss) => loss.severity),
    undo: one(undoOf(before.reversible), undoOf(after.reversible)),
    duration: listed(timesOf(before), timesOf(after), ({ region }) => [region], ({ p50Ms, p90Ms }) => `P50 ${seconds(p50Ms)}, P90 ${seconds(p90Ms)}`),
    options: listed(before.options, after.options, (option) => [option.kind], (option) => `${option.possible ? 'possible' : 'not possible'}: ${option.because}`),
    leaves: listed(before.leaves, after.leaves, (leave) => [leave.what], (leave) => leave.undo),
    notes: listed(before.notes.map((note) => ({ note })), after.notes.map((note) => ({ note })), ({ note }) => [note], () => ''),
    proof: one(proofOf(before), proofOf(after)),
  }
  return { same: before.hash === after.hash, parts: parts.map((part) => ({ part, differences: of[part] })) }
}

const one = (before: string, after: string): Difference[] => (before === after ? [] : [{ about: [], before, after }])

/** Those that are gone, then those that are other or new, each list in its own order. What is there twice is compared in order. */
function listed<T>(before: readonly T[], after: readonly T[], about: (item: T) => readonly string[], say: (item: T) => string): Difference[] {
  const named = (items: readonly T[]): Map<string, { about: readonly string[]; text: string }> => {
    const seen = new Map<string, number>()
    return new Map(
      items.map((item) => {
        const name = JSON.stringify(about(item))
        const count = seen.get(name) ?? 0
        seen.set(name, count + 1)
        return [`${name} ${count}`, { about: about(item), text: say(item) }]
      }),
    )
  }
  const [olds, news] = [named(before), named(after)]
  return [
    ...[...olds].flatMap(([name, old]) => (news.has(name) ? [] : [{ about: old.about, before: old.text, after: null }])),
    ...[...news].flatMap(([name, now]) => {
      const was = olds.get(name)
      return was?.text === now.text ? [] : [{ about: now.about, before: was?.text ?? null, after: now.text }]
    }),
  ]
}

/** Whatever would be executed otherwise makes a step another one; its order is told by the reasons. */
const inWords = (step: PlanView['steps'][number]): string =>
  JSON.stringify({ kind: step.stepKind, params: step.params, timeoutMs: step.timeoutMs, repeatable: step.repeatable, retry: step.retry, check: step.check, compensate: step.compensate }, inOrder)

/** The order in which fields were written is no difference. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value

const undoOf = ({ yes, because }: PlanView['reversible']): string => `${yes ? 'yes' : 'no'}: ${because}`
const proofOf = ({ proof }: PlanView): string => `${proof.holds ? 'holds' : 'does not hold'}: ${proof.because}`
const timesOf = ({ forecast }: PlanView): { region: string; p50Ms: number; p90Ms: number }[] => [{ region: 'all of it', p50Ms: forecast.p50Ms, p90Ms: forecast.p90Ms }, ...forecast.regions]
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
