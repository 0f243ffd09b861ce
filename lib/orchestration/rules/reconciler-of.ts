import type { Action, TargetFacts } from '../model.ts'

/** What would undo the work on a service's targets, as the catalog declares it. */
export interface Reconciler {
  name: string
  hold: Action
  undo: string
}

/** The reconciler of one target: `${service}`, `${region}` and `${environment}` in its parameters and words stand for the target's own. */
export function reconcilerOf(declared: Reconciler, place: { service: string; region: string; environment: string }): NonNullable<TargetFacts['reconciler']> {
  const fill = (text: string): string => text.replaceAll(/\$\{(service|region|environment)\}/g, (_all, name: keyof typeof place) => place[name])
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') return fill(value)
    if (Array.isArray(value)) return value.map(filled)
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one)]))
    return value
  }
  return { name: fill(declared.name), hold: { kind: declared.hold.kind, params: filled(declared.hold.params) as Action['params'] }, undo: fill(declared.undo) }
}
