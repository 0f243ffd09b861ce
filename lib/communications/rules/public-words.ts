import type { Severity } from '#lib/incidents/view.ts'
import type { ComponentState } from '../model.ts'
import type { Phase } from '../view.ts'

/** What the public may read of an incident's title: parts they know, no service, release or person. */
export const publicTitle = (components: readonly string[]): string => `Problem with ${andList(components) || 'our service'}`

const impacts: Record<Severity, string> = { SEV1: 'Major outage', SEV2: 'Partial outage', SEV3: 'Degraded service', SEV4: 'Minor problem', SEV5: 'Minor problem' }
export const publicImpact = (severity: Severity): string => impacts[severity]

const minutesToNextWord: Record<Severity, number> = { SEV1: 15, SEV2: 30, SEV3: 60, SEV4: 120, SEV5: 240 }

/** By when the public is to hear again. */
export const nextWordAt = (severity: Severity, from: Date): Date => new Date(from.getTime() + minutesToNextWord[severity] * 60_000)

/** A first text, so that a spokesperson only has to agree. It promises nothing that is not known. */
export function draftText(phase: Phase, components: readonly string[], severity: Severity): string {
  const what = andList(components) || 'our service'
  const next = `We will tell you more within ${minutesToNextWord[severity]} minutes.`
  switch (phase) {
    case 'investigating':
      return `We are looking into a problem with ${what}. ${severity === 'SEV1' ? 'You may not be able to use it' : 'Some requests may fail or be slow'}. ${next}`
    case 'identified':
      return `We know what causes the problem with ${what} and are undoing it. ${next}`
    case 'monitoring':
      return `We have undone the change that caused the problem with ${what}. Our measurements are as good as before, and we keep watching. ${next}`
    case 'resolved':
      return `The problem with ${what} is over. We are sorry for the trouble.`
  }
}

/** The state of a part of the product once this is published; null = as it was. `others` is what other published incidents say of it. */
export function stateAfter(phase: Phase, severity: Severity, others: readonly ComponentState[]): ComponentState | null {
  const worst = worstOf(others)
  switch (phase) {
    case 'investigating':
    case 'identified':
      return worstOf([severity === 'SEV1' ? 'outage' : 'degraded', worst])
    case 'monitoring':
      return null
    case 'resolved':
      return worst
  }
}

/** The worst of several states; nothing said is operational. */
export const worstOf = (states: readonly ComponentState[]): ComponentState => (states.includes('outage') ? 'outage' : states.includes('degraded') ? 'degraded' : 'operational')

/** `A`, `A and B`, `A, B and C`. */
const andList = (items: readonly string[]): string => (items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`)
