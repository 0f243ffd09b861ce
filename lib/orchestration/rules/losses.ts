import type { PlanDocument, ReleaseFacts } from '../model.ts'

export interface Change {
  service: string
  old: readonly ReleaseFacts[]
  to: ReleaseFacts
  /** True where bytes run that nobody registered. */
  unknown: boolean
}

/** What going there costs, as far as the releases say; what they do not say is said to be unknown. */
export function lossesOf(changes: readonly Change[]): PlanDocument['losses'] {
  const losses: PlanDocument['losses'] = []
  const say = (what: string, severity: PlanDocument['losses'][number]['severity']): void => {
    if (!losses.some((loss) => loss.what === what)) losses.push({ what, severity })
  }
  for (const { service, old, to, unknown } of changes) {
    if (unknown) say(`${service}: bytes run that were never registered; what they wrote is not known`, 'unknown')
    for (const from of old) {
      if (from.oneWay) say(`${service} ${from.version}: ${from.oneWay} (cannot be undone)`, 'serious')
      if (!from.schema && !to.schema) say(`${service}: nothing in data, it declares no database`, 'none')
      else if (from.schema && to.schema && from.schema.writes === to.schema.writes) say(`${service}: nothing in data, the schema of ${to.schema.database} stays at ${to.schema.writes}`, 'none')
      else if (from.schema && to.schema) say(`${service}: rows written under schema ${from.schema.writes} stay; ${to.version} reads them and ignores what it does not know`, 'some')
      else say(`${service}: ${from.version} and ${to.version} do not both say what they do to data`, 'unknown')
    }
  }
  return losses
}

/** Whether the move itself can be taken back, in words. */
export function reversibility(changes: readonly Change[]): PlanDocument['reversible'] {
  const lost = changes.find((change) => change.unknown)
  if (lost) return { yes: false, because: `${lost.service} runs bytes that nobody registered: there is nothing to return to` }
  const door = changes.flatMap((change) => change.old.filter((release) => release.oneWay).map((release) => `${change.service} ${release.version}: ${release.oneWay}`))[0]
  if (door) return { yes: false, because: door }
  return { yes: true, because: 'the releases that run now stay registered and can be deployed again' }
}
