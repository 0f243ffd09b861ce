import type { PlanDocument, ReleaseFacts } from '../model.ts'

export interface Change {
  service: string
  region: string
  old: readonly ReleaseFacts[]
  to: ReleaseFacts
  /** True where bytes run that nobody registered. */
  unknown: boolean
}

/** What the plan does besides moving releases. Null region = one database for all. */
export interface Effects {
  undone: readonly { database: string; region: string | null; from: number; because: string }[]
  /** Schemas that starting the new releases takes further up; `door` says why not back again, null where it can be. */
  raised: readonly { database: string; region: string | null; to: number; door: string | null }[]
  /** `checkout in eu`: those that serve nobody while they move. */
  outages: readonly string[]
  purged: readonly { what: string; where: string }[]
}

const place = ({ database, region }: { database: string; region: string | null }): string => `${database}${region ? ` in ${region}` : ''}`

/** What going there costs, as far as the releases say; what they do not say is said to be unknown. */
export function lossesOf(changes: readonly Change[], effects: Effects): PlanDocument['losses'] {
  const losses = new Map<string, PlanDocument['losses'][number]['severity']>()
  const say = (what: string, severity: PlanDocument['losses'][number]['severity']): unknown => losses.has(what) || losses.set(what, severity)
  for (const undo of effects.undone) say(`columns added by schema ${undo.from} of ${place(undo)} are dropped with what is in them: ${undo.because}`, 'serious')
  for (const outage of effects.outages) say(`${outage} serves nobody while it moves`, 'some')
  for (const { what, where } of effects.purged) say(`the ${what} that ${where} left are purged`, 'some')
  const isUndone = ({ region, to }: Change): boolean => effects.undone.some((undo) => undo.database === to.schema?.database && (undo.region === null || undo.region === region))
  for (const change of changes) {
    const { service, old, to, unknown } = change
    if (unknown) say(`${service}: bytes run that were never registered; what they wrote is not known`, 'unknown')
    for (const from of old) {
      if (from.oneWay) say(`${service} ${from.version}: ${from.oneWay} (cannot be undone)`, 'serious')
      if (!from.schema && !to.schema) say(`${service}: nothing in data, it declares no database`, 'none')
      else if (from.schema && to.schema && isUndone(change)) continue
      else if (from.schema && to.schema && from.schema.writes === to.schema.writes) say(`${service}: nothing in data, the schema of ${to.schema.database} stays at ${to.schema.writes}`, 'none')
      else if (from.schema && to.schema) say(`${service}: rows written under schema ${from.schema.writes} stay; ${to.version} reads them and ignores what it does not know`, 'some')
      else say(`${service}: ${from.version} and ${to.version} do not both say what they do to data`, 'unknown')
    }
  }
  return [...losses].map(([what, severity]) => ({ what, severity }))
}

/** Whether the move itself can be taken back, in words. */
export function reversibility(changes: readonly Change[], { undone, raised }: Effects): PlanDocument['reversible'] {
  const lost = changes.find((change) => change.unknown)
  if (lost) return { yes: false, because: `${lost.service} runs bytes that nobody registered: there is nothing to return to` }
  const door = changes.flatMap((change) => change.old.filter((release) => release.oneWay).map((release) => `${change.service} ${release.version}: ${release.oneWay}`))[0]
  if (door) return { yes: false, because: door }
  const gone = undone[0]
  if (gone) return { yes: false, because: `schema ${gone.from} of ${place(gone)} can be made again, what was in it cannot: ${gone.because}` }
  const up = raised.find((raise) => raise.door !== null)
  if (up?.door) return { yes: false, because: up.door }
  return { yes: true, because: 'the releases that run now stay registered and can be deployed again' }
}
