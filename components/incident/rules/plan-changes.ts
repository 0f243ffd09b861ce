import type { PlanView } from '#lib/orchestration/view.ts'

/** One thing that is other than what the reader was shown. */
export interface PlanChange {
  what: 'sentence' | 'move' | 'steps' | 'loss' | 'undo' | 'proof'
  before: string | null
  after: string | null
}

type Shown = Pick<PlanView, 'hash' | 'sentence' | 'moves' | 'steps' | 'losses' | 'reversible' | 'proof'>

/** What differs between the plan that was read and the one that stands now. Empty where the hash is the same. */
export function planChanges(before: Shown, after: Shown): PlanChange[] {
  if (before.hash === after.hash) return []
  const changes: PlanChange[] = []
  const say = (what: PlanChange['what'], was: string, is: string): void => {
    if (was !== is) changes.push({ what, before: was, after: is })
  }
  say('sentence', before.sentence, after.sentence)
  changes.push(...listChanges('move', before.moves.map(moveInWords), after.moves.map(moveInWords)))
  say('steps', String(before.steps.length), String(after.steps.length))
  changes.push(...listChanges('loss', before.losses.map((loss) => loss.what), after.losses.map((loss) => loss.what)))
  say('undo', undoInWords(before), undoInWords(after))
  say('proof', before.proof.because, after.proof.because)
  return changes
}

const moveInWords = (move: PlanView['moves'][number]): string => `${move.service} in ${move.region}: ${move.from.join(' and ') || 'nothing'} → ${move.to}`
const undoInWords = ({ reversible }: Pick<PlanView, 'reversible'>): string => `${reversible.yes ? 'yes' : 'no'}: ${reversible.because}`

const listChanges = (what: PlanChange['what'], before: readonly string[], after: readonly string[]): PlanChange[] => [
  ...before.filter((one) => !after.includes(one)).map((one) => ({ what, before: one, after: null })),
  ...after.filter((one) => !before.includes(one)).map((one) => ({ what, before: null, after: one })),
]
