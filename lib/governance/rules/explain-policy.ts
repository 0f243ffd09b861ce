import type { ApprovalRule, ChangeFacts, Policy } from '../model.ts'
import { frozenBy, matchingRules, needsOf } from './policy.ts'

export interface Explained {
  /** `2 of sre and 1 of cab`. */
  needs: string
  /** Each matching rule with why it speaks for this change; of one that does not, which condition fails it. */
  rules: { name: string; applies: boolean; because: string; asks: string }[]
  askedBy: string[]
  expiresMinutes: number
  frozen: string | null
}

/** Why a change needs what it needs: which rules speak for it, and what each of them asks. */
export function explainPolicy(policy: Policy | null, facts: ChangeFacts, now: Date): Explained {
  const needs = needsOf(policy, facts)
  const matching = matchingRules(policy, facts)
  const freeze = frozenBy(policy, facts, now)
  return {
    needs: listOf(needs.quorums.map(({ group, approvals }) => `${approvals} of ${group}`)),
    rules: (policy?.rules ?? []).map((rule) => ({ name: rule.name, applies: matching.includes(rule), because: becauseOf(rule, facts), asks: asks(rule) })),
    askedBy: needs.askedBy.map((roles) => roles.join(' or ')),
    expiresMinutes: needs.expiresMinutes,
    frozen: freeze ? `the freeze ${freeze.name} holds until ${freeze.closesAt}` : null,
  }
}

/** `2 of sre and 1 of cab, sitting within 30 min`. */
export const asks = (rule: Pick<ApprovalRule, 'need'>): string => listOf(rule.need.map(({ group, approvals, meetingMinutes }) => `${approvals} of ${group}${meetingMinutes ? ` within ${meetingMinutes} min of one another` : ''}`))

function becauseOf(rule: ApprovalRule, facts: ChangeFacts): string {
  const all = rule.environments.includes('*')
  if (!rule.environments.includes(facts.environment) && (!all || rule.except.includes(facts.environment))) return `it is for ${listOf(rule.environments)}${rule.except.length > 0 ? ` but not ${listOf(rule.except)}` : ''}, not for ${facts.environment}`
  const conditions: [string, readonly (string | number)[] | undefined, readonly (string | number)[] | null][] = [
    ['service', rule.services, facts.services],
    ['tier', rule.tiers, facts.tiers],
    ['data class', rule.dataClasses, facts.dataClasses],
    ['jurisdiction', rule.jurisdictions, facts.jurisdictions],
    ['kind', rule.kinds, facts.kinds],
  ]
  const fits = [`environment ${facts.environment}`]
  for (const [what, asked, has] of conditions) {
    if (!asked) continue
    const shared = has === null ? null : asked.filter((one) => has.includes(one))
    if (shared === null) fits.push(`${what} not known, so it may be ${listOf(asked)}`)
    else if (shared.length === 0) return `${what} is ${listOf(has ?? []) || 'none'}, not ${asked.join(' or ')}`
    else fits.push(`${what} ${listOf(shared)}`)
  }
  return fits.join(', ')
}

const listOf = (words: readonly (string | number)[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)
