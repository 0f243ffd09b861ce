import type { PlanView } from '#lib/orchestration/view.ts'

type Told = Pick<PlanView, 'reasons'> & { steps: readonly { key: string; role: PlanView['steps'][number]['role'] }[] }

/** Why a step waits, as one line: of others like it, or of many steps that only prepare. */
export interface Reason {
  to: string
  /** What it waits for. More than one where many steps only prepare: their reasons differ in names alone. */
  from: string[]
  /** `order` is a choice of the plan; the others say themselves. */
  kind: 'order' | 'preparation' | 'barrier'
  because: string
}

const prepares: ReadonlySet<string> = new Set(['snapshot', 'stage'])

/** All reasons, by the step that waits, in the plan's order; bringing the bytes to fifty places is one line and not fifty. */
export function tellReasons({ reasons, steps }: Told): Reason[] {
  const role = new Map(steps.map((step) => [step.key, step.role]))
  const byStep = new Map<string, Reason[]>()
  for (const { from, to, because } of reasons) {
    const own = byStep.get(to) ?? []
    byStep.set(to, own)
    const kind = role.get(from) === 'barrier' || role.get(to) === 'barrier' ? 'barrier' : prepares.has(role.get(from) ?? '') ? 'preparation' : 'order'
    // A barrier waits for many by nature, and a switch for all that prepares it.
    const like = kind === 'order' ? undefined : own.find((one) => one.kind === kind && role.get(one.from[0] ?? '') === role.get(from))
    if (like) like.from.push(from)
    else own.push({ to, from: [from], kind, because })
  }
  return steps.flatMap((step) => byStep.get(step.key) ?? [])
}

/** The reasons that a filter of words finds: in the step that waits, in what it waits for, or in why. */
export function reasonsAbout(reasons: readonly Reason[], words: string, nameOf: (key: string) => string): Reason[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return [...reasons]
  return reasons.filter((reason) => {
    const text = [nameOf(reason.to), ...reason.from.map(nameOf), reason.because].join(' ').toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}
