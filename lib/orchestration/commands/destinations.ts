import type { Context } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { TargetChoice } from '#lib/releases/queries/load-choices.ts'
import { loadChoices } from '#lib/releases/queries/load-choices.ts'
import { refusedByQuarantine } from '#lib/releases/queries/quarantined.ts'
import type { Destination } from '../load-situation.ts'
import type { Situation, TargetFacts } from '../model.ts'
import { withAlong } from '../rules/plan/along.ts'

export interface Wanted {
  environmentId: string
  services: readonly { id: string; name: string }[]
  /** All regions where left out. */
  regions: readonly string[] | undefined
  /** The release under suspicion. */
  suspectId: string | null
  /** Versions that a person names, by service, and why. */
  toVersions: Record<string, string>
  reason: string | undefined
}

export interface Destinations {
  goTo: Destination
  /** What was decided on the way and whoever votes has to know; part of the plan. */
  notes: string[]
  /** Why there is nothing to go back to; empty where all have somewhere to go. */
  nowhere: string[]
}

/** Where each target of these services goes back to: what the rule chooses, or what a person names and answers for. */
export async function destinationsOf(context: Context, { environmentId, services, regions, suspectId, toVersions, reason }: Wanted): Promise<Destinations> {
  const { tx } = context
  const chosen = await releasesByVersion(context, services, toVersions)
  const all = await loadChoices(tx, { environmentId, serviceIds: services.map((service) => service.id), suspects: suspectId ? [suspectId] : [] })
  const choices = all.filter((choice) => !regions || regions.includes(choice.region))
  const named = (choice: TargetChoice): string | undefined => chosen.get(choice.serviceId)
  const byTarget = new Map(choices.map((choice) => [choice.targetId, named(choice) ?? choice.releaseId]))
  return {
    goTo: (target) => (services.some((service) => service.id === target.service_id) && (!regions || regions.includes(target.region)) ? (byTarget.get(target.id) ?? null) : undefined),
    notes: [...new Set(choices.flatMap((choice) => notesOn(choice, named(choice) ?? null, reason ?? '')))].sort(),
    nowhere: nowhereToGo(choices.filter((choice) => !byTarget.get(choice.targetId))),
  }
}

/** One sentence where several regions have the same reason. */
const nowhereToGo = (choices: readonly TargetChoice[]): string[] =>
  [...Map.groupBy(choices, ({ because }) => because)].map(([because, same]) => `${same.map(({ service, region }) => `${service} in ${region}`).join(' and ')}: ${because}`)

function notesOn({ service, region, releases, releaseId }: TargetChoice, named: string | null, reason: string): string[] {
  const version = (id: string | null): string => releases.find((one) => one.releaseId === id)?.version ?? 'a release'
  if (!named) return releases.filter((one) => one.passedOver).map((one) => `${service} in ${region} goes back to ${version(releaseId)} and not to ${one.version}: ${one.because}`)
  const proven = releases.find((one) => one.releaseId === named)?.wasKnownGood ?? false
  return [`${service} ${version(named)} was chosen by a person: ${reason}; it was ${proven ? `known good in ${region} before` : `never known good in ${region}`}`]
}

/** Naming a version that was never good is a person's right; naming one that somebody has called bad is not, until that is taken back. */
async function releasesByVersion({ tx }: Context, services: Wanted['services'], versions: Record<string, string>): Promise<Map<string, string>> {
  const chosen = new Map<string, string>()
  for (const [name, version] of Object.entries(versions)) {
    const service = services.find((one) => one.name === name)
    const refuse = (message: string): Fault => new Fault('invalid', `toVersions.${name}: ${message}`, { fields: [{ field: `toVersions.${name}`, message }] })
    if (!service) throw refuse('this service is not among those to take back')
    const release = await tx.release.findUnique({ where: { serviceId_version: { serviceId: service.id, version } } })
    if (!release) throw new Fault('not_found', `${name} has no release ${version}`)
    const refused = await refusedByQuarantine(tx, [release.id])
    if (refused) throw refuse(refused)
    chosen.set(service.id, release.id)
  }
  return chosen
}

/** The targets that were named to come along, each to its own last known good; or which of the names fits nothing. */
export function bringAlong(situation: Situation, along: readonly string[]): Situation {
  const { targets } = situation
  const nameOf = (target: TargetFacts): string => `${target.service} in ${target.region}`
  const fields = along.flatMap((name, n) => {
    const target = targets.find((one) => nameOf(one) === name)
    const message = !target ? 'there is no such target here; name it as `payments in eu`' : !target.goTo && !target.candidate ? `${name} has no last known good release to go back to` : null
    return message ? [{ field: `along.${n}`, message }] : []
  })
  if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
  return withAlong(situation, new Set(targets.filter((target) => along.includes(nameOf(target))).map((target) => target.targetId)))
}
