import type { LimitFacts, PlanDocument, RegionFacts } from '../model.ts'
import type { ForecastView, OptionView } from '../view.ts'
import type { Recorded } from './step-durations.ts'
import { durationOf } from './step-durations.ts'

/** A release that the plan moves away from because it is suspected. */
export interface Suspect {
  service: string
  version: string
  flags: readonly { flag: string; covers: string }[]
  /** The newest release registered after it; `barred` says why it may not be deployed. */
  newer: { version: string; barred: string | null; oneWay: string | null } | null
}

export interface OptionFacts {
  plan: PlanDocument
  forecast: ForecastView
  suspects: readonly Suspect[]
  regions: readonly Pick<RegionFacts, 'name' | 'trafficShare' | 'kinds'>[]
  /** Every target of the environment, and the limits on them. */
  targets: readonly { targetId: string; region: string; out: boolean }[]
  limits: readonly LimitFacts[]
  recorded: Recorded
  /** Failed requests a minute when the rules broke; null = not measured. */
  failedPerMinute: number | null
}

/**
 * The ways to deal with it, beside each other: what each takes, loses and reaches, and whether it can be taken back. What
 * nobody has looked at is said to be not covered; a way that is not possible says why.
 */
export function compareOptions(facts: OptionFacts): OptionView[] {
  const affected = [...new Set(facts.plan.moves.filter((move) => move.why === 'asked').map((move) => move.region))]
  const where = `${listOf(affected)}${shareOf(facts, affected)}`
  return [rollBack(facts), flagOff(facts, affected, where), shiftTraffic(facts, affected), rollForward(facts, where), hold(facts, where)]
}

function rollBack({ plan, forecast, regions }: OptionFacts): OptionView {
  const reached = [...new Set(plan.moves.map((move) => move.region))]
  return {
    kind: 'roll-back',
    possible: true,
    because: 'every state on the way is proven to be allowed',
    timeToEffect: { p50Ms: forecast.p50Ms, p90Ms: forecast.p90Ms },
    lost: plan.losses.length === 0 ? 'not known: nothing was said about losses' : plan.losses.map((loss) => loss.what).join('; '),
    blastRadius: `${count(plan.moves.length, 'target', 'targets')} in ${listOf(reached)}${shareOf({ regions }, reached)}`,
    reversible: plan.reversible,
  }
}

function flagOff({ suspects, regions, recorded }: OptionFacts, affected: readonly string[], where: string): OptionView {
  const flags = suspects.flatMap((suspect) => suspect.flags)
  const without = suspects.filter((suspect) => suspect.flags.length === 0).map((suspect) => `${suspect.service} ${suspect.version}`)
  const unable = affected.filter((name) => !mayDo(regions, name, 'flag'))
  const why =
    suspects.length === 0 ? 'not covered: nobody knows which release it is' : flags.length === 0 ? `not covered: ${listOf(without)} ${without.length === 1 ? 'declares' : 'declare'} no kill switch` : unable.length > 0 ? `not covered: no live agent in ${listOf(unable)} may turn a flag` : null
  return {
    kind: 'flag-off',
    possible: why === null,
    because: why ?? `${listOf(flags.map(({ flag }) => flag))} can be turned off; whether that ends it nobody has measured${without.length > 0 ? `, and ${listOf(without)} has none` : ''}`,
    timeToEffect: why === null ? longest(recorded, 'flag', affected) : null,
    lost: flags.length > 0 ? flags.map(({ covers }) => covers).join('; ') : 'not covered',
    blastRadius: `whoever uses it in ${where}; no release moves`,
    reversible: { yes: true, because: 'it can be turned on again' },
  }
}

function shiftTraffic({ regions, targets, limits, recorded }: OptionFacts, affected: readonly string[]): OptionView {
  const others = regions.filter((region) => !affected.includes(region.name) && targets.some((target) => target.region === region.name && !target.out)).map((region) => region.name)
  const [from, to] = [shareIn(regions, affected), shareIn(regions, others)]
  const gone = new Set(targets.filter((target) => target.out || affected.includes(target.region)).map((target) => target.targetId))
  const over = limits.find((limit) => limit.kind === 'capacity' && limit.members.reduce((sum, member) => sum + (gone.has(member.targetId) ? member.weight : 0), 0) > limit.mayBeOut)
  const why =
    others.length === 0 ? `not covered: there is no healthy region beside ${listOf(affected)}` : !affected.some((name) => mayDo(regions, name, 'proxy')) ? `not covered: no live agent in ${listOf(affected)} may send traffic elsewhere` : over ? `the limit ${over.name} does not allow ${listOf(affected)} to be out as a whole` : null
  const load = to > 0 ? `${listOf(others)} would carry ${times((from + to) / to)} what ${others.length === 1 ? 'it carries' : 'they carry'} now` : `how much ${listOf(others)} would carry is not declared`
  return {
    kind: 'shift-traffic',
    possible: why === null,
    because: why ?? `${load}${limits.some((limit) => limit.kind === 'capacity') ? '; the declared capacity allows it' : '; not covered: no capacity is declared'}`,
    timeToEffect: why === null ? longest(recorded, 'proxy', affected) : null,
    lost: others.length > 0 ? 'nearness: everybody there is served from farther away; not covered: whether their data may be' : 'not covered',
    blastRadius: `everybody in ${listOf(affected)}${shareOf({ regions }, affected)}, for all services`,
    reversible: { yes: true, because: 'traffic can be sent back' },
  }
}

function rollForward({ suspects, plan, forecast }: OptionFacts, where: string): OptionView {
  const stuck = suspects.find((suspect) => suspect.newer === null || suspect.newer.barred !== null)
  const newer = suspects.flatMap((suspect) => (suspect.newer ? [`${suspect.service} ${suspect.newer.version}`] : []))
  const why = suspects.length === 0 ? 'not covered: nobody knows which release it is' : stuck ? (stuck.newer?.barred ?? `nothing newer than ${stuck.service} ${stuck.version} is registered`) : null
  const oneWay = suspects.flatMap((suspect) => suspect.newer?.oneWay ?? [])
  return {
    kind: 'roll-forward',
    possible: why === null,
    because: why ?? `${listOf(newer)} is registered and not barred; not covered: it is neither planned nor proven, and whether it mends this nobody has measured`,
    // The same steps on the same targets; a plan of its own would say it better.
    timeToEffect: why === null ? { p50Ms: forecast.p50Ms, p90Ms: forecast.p90Ms } : null,
    lost: why === null ? 'not covered: what the newer release does is known only once it runs' : 'not covered',
    blastRadius: `${count(plan.moves.filter((move) => move.why === 'asked').length, 'target', 'targets')} in ${where}`,
    reversible: oneWay.length > 0 ? { yes: false, because: oneWay.join('; ') } : { yes: why === null, because: why === null ? 'nothing one-way is declared' : 'there is nothing to go on to' },
  }
}

function hold({ failedPerMinute }: OptionFacts, where: string): OptionView {
  return {
    kind: 'hold',
    possible: true,
    because: 'nothing changes until somebody decides',
    timeToEffect: null,
    lost: failedPerMinute === null ? 'what fails goes on failing; how much was not measured' : `about ${Math.round(failedPerMinute).toLocaleString('en-GB')} failed requests a minute, as measured when it broke`,
    blastRadius: where,
    reversible: { yes: true, because: 'everything else stays open, while it stays as it is' },
  }
}

const mayDo = (regions: OptionFacts['regions'], name: string, kind: string): boolean => regions.find((region) => region.name === name)?.kinds?.includes(kind) ?? false

/** All regions at the same time: the slowest decides. */
function longest(recorded: Recorded, kind: string, regions: readonly string[]): OptionView['timeToEffect'] {
  const each = regions.map((region) => durationOf(recorded, { kind, service: null, region }))
  return { p50Ms: Math.max(...each.map((one) => one.p50Ms)), p90Ms: Math.max(...each.map((one) => one.p90Ms)) }
}

const shareIn = (regions: OptionFacts['regions'], names: readonly string[]): number => regions.reduce((sum, region) => sum + (names.includes(region.name) ? region.trafficShare : 0), 0)

/** `, 60 % of the traffic`; nothing where no share is declared. */
function shareOf({ regions }: Pick<OptionFacts, 'regions'>, names: readonly string[]): string {
  const share = shareIn(regions, names)
  return share > 0 ? `, ${Math.round(share * 100)} % of the traffic` : ''
}

const times = (factor: number): string => `${factor.toFixed(1)} times`
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`
const listOf = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? 'nowhere') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`)
