import type { Policy, StandingRollbackRule } from '../model.ts'

/** What a rule of the policy has to know of a plan to say whether it may begin, or go on, without people. */
export interface AutomaticPlan {
  environment: string
  /** Services that move, by name. */
  services: readonly string[]
  targets: number
  regions: readonly string[]
  /** Whether anything moves behind a drain, or a schema is taken back. */
  groups: number
  migrations: number
  worstLoss: 'none' | 'some' | 'serious' | 'unknown'
  /** Whether a person has named a version that would not have been chosen. */
  chosenByPerson: boolean
}

/** What happened before, by itself: automatic rollbacks of the last day, whichever rule began them. */
export interface EarlierRun {
  rule: string
  services: readonly string[]
  at: Date
}

export type StandingVerdict = { allowed: true; rule: StandingRollbackRule } | { allowed: false; because: string[] }

const covers = (list: readonly string[], name: string): boolean => list.includes('*') || list.includes(name)

/**
 * The rules of the policy that speak for this rollback: for its environment, naming the criteria rule which asked and every service that moves.
 * The first wins. None = people decide.
 */
export function standingRollbackRules(policy: Policy | null, plan: Pick<AutomaticPlan, 'environment' | 'services'>, asked: string): StandingRollbackRule[] {
  const fits = (rule: StandingRollbackRule): boolean => covers(rule.environments, plan.environment) && rule.rules.includes(asked) && plan.services.every((service) => covers(rule.services, service))
  return (policy?.standing ?? []).filter((rule): rule is StandingRollbackRule => rule.purpose === 'rollback' && fits(rule))
}

/** Whether the rule still covers this plan: asked at the start and before every lease. Each reason is one sentence. */
export function whyNotCovered(rule: StandingRollbackRule, plan: AutomaticPlan, now: Date): string[] {
  const no: string[] = []
  if (Date.parse(rule.expiresAt) <= now.getTime()) no.push(`the standing approval ${rule.name} ended ${moment(new Date(rule.expiresAt))}`)
  if (plan.targets > rule.maxTargets) no.push(`it moves ${plan.targets} targets and ${rule.name} allows ${rule.maxTargets}`)
  if (plan.regions.length > rule.maxRegions) no.push(`it touches ${plan.regions.length} regions and ${rule.name} allows ${rule.maxRegions}`)
  if (plan.groups > 0) no.push('it closes traffic to move services together, and only people decide that')
  if (plan.migrations > 0) no.push('it takes a schema back, and only people decide that')
  if (plan.worstLoss === 'serious') no.push('something would be lost for good')
  if (plan.worstLoss === 'unknown') no.push('what would be lost is not known')
  if (plan.chosenByPerson) no.push('a person has chosen the version to go back to, so people decide')
  return no
}

/** Whether it is too soon: the cool-down of each service, and how many the rule has begun within an hour. Asked at the start only. */
export function whyTooSoon(rule: StandingRollbackRule, plan: Pick<AutomaticPlan, 'services'>, earlier: readonly EarlierRun[], now: Date): string[] {
  const no: string[] = []
  for (const service of plan.services) {
    const last = earlier.filter((run) => run.services.includes(service)).reduce((latest, run) => Math.max(latest, run.at.getTime()), Number.NEGATIVE_INFINITY)
    const until = last + rule.coolDownMinutes * 60_000
    if (until > now.getTime()) no.push(`${service} was rolled back automatically before: cool-down until ${moment(new Date(until))}`)
  }
  const within = earlier.filter((run) => run.rule === rule.name && run.at.getTime() > now.getTime() - 3_600_000)
  if (within.length >= rule.maxPerHour) {
    const oldest = Math.min(...within.map((run) => run.at.getTime()))
    no.push(`${rule.name} has begun ${within.length} of ${rule.maxPerHour} within the hour: no further one until ${moment(new Date(oldest + 3_600_000))}`)
  }
  return no
}

/** All of it, as it is asked before a run begins by itself. */
export function judgeStanding(policy: Policy | null, asked: string, plan: AutomaticPlan, earlier: readonly EarlierRun[], now: Date): StandingVerdict {
  const [rule] = standingRollbackRules(policy, plan, asked)
  if (!rule) return { allowed: false, because: [`no standing approval covers a rollback of ${plan.services.join(', ')} in ${plan.environment} that ${asked} asks for`] }
  const because = [...whyNotCovered(rule, plan, now), ...whyTooSoon(rule, plan, earlier, now)]
  return because.length > 0 ? { allowed: false, because } : { allowed: true, rule }
}

/** `2026-12-01 03:10 UTC` */
const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
