import type { ApprovalRule, ChangeFacts, Freeze, Needs, Policy, QuorumNeed, StandingDeploymentRule, Voters } from '../model.ts'

const covers = (rule: { environments: readonly string[]; except?: readonly string[] }, environment: string): boolean =>
  rule.environments.includes(environment) || (rule.environments.includes('*') && !rule.except?.includes(environment))

/** Where no rule speaks, the strictest applies. */
export const noRule = 'no rule matches: the strictest applies'
const strictest: Needs = { v: 2, quorums: [{ group: 'approver or commander', approvals: 2, meetingMinutes: null, voters: { roles: ['approver', 'commander'] } }], rules: [noRule], askedBy: [], expiresMinutes: 60 }

/** Whether a rule asks about something that the change has. What is not known may be so, and counts as if it were. */
const touches = <T>(asked: readonly T[] | undefined, has: readonly T[] | null): boolean => asked === undefined || has === null || asked.some((one) => has.includes(one))

/** The rules that speak for a change. Names are compared exactly: `prod` is not `prod-sandbox`. */
export const matchingRules = (policy: Policy | null, facts: ChangeFacts): ApprovalRule[] =>
  (policy?.rules ?? []).filter(
    (rule) =>
      covers(rule, facts.environment) &&
      touches(rule.services, facts.services) &&
      touches<number>(rule.tiers, facts.tiers) &&
      touches<string>(rule.dataClasses, facts.dataClasses) &&
      touches(rule.jurisdictions, facts.jurisdictions) &&
      touches(rule.kinds, facts.kinds),
  )

/** What a change needs: of all rules that match, everything, and of each group the most. */
export function needsOf(policy: Policy | null, facts: ChangeFacts): Needs {
  const rules = matchingRules(policy, facts)
  if (!policy || rules.length === 0) return strictest
  return rules.map((rule) => needsOfRule(policy, rule)).reduce(both)
}

function needsOfRule(policy: Policy, rule: ApprovalRule): Needs {
  const quorums = rule.need.map(({ group, approvals, meetingMinutes }): QuorumNeed => {
    const found = policy.groups.find((one) => one.name === group)
    return { group, approvals, meetingMinutes: meetingMinutes ?? null, voters: votersOf(found) }
  })
  return { v: 2, quorums, rules: [rule.name], askedBy: rule.askedBy ? [rule.askedBy] : [], expiresMinutes: rule.expiresMinutes }
}

/** A group that is not there has nobody in it; it never means everybody. */
const votersOf = (group: Policy['groups'][number] | undefined): Voters => (group?.roles ? { roles: group.roles } : { members: group?.members ?? [] })

/** Two rules of one document at once: every quorum of either, and of a group that both ask the higher number and the shorter meeting. */
function both(a: Needs, b: Needs): Needs {
  const quorums = new Map(a.quorums.map((quorum) => [quorum.group, quorum]))
  for (const quorum of b.quorums) {
    const other = quorums.get(quorum.group)
    const meetings = [quorum, ...(other ? [other] : [])].flatMap((one) => one.meetingMinutes ?? [])
    quorums.set(quorum.group, { ...quorum, approvals: Math.max(quorum.approvals, other?.approvals ?? 0), meetingMinutes: meetings.length > 0 ? Math.min(...meetings) : null })
  }
  return { v: 2, quorums: [...quorums.values()], rules: [...new Set([...a.rules, ...b.rules])], askedBy: [...a.askedBy, ...b.askedBy], expiresMinutes: Math.min(a.expiresMinutes, b.expiresMinutes) }
}

/** The freeze that stands in a change's way now, or null. Whatever else the change does beside what may pass, it waits. */
export const frozenBy = (policy: Policy | null, facts: Pick<ChangeFacts, 'environment' | 'kinds'>, now: Date): Freeze | null =>
  policy?.freezes.find(
    (freeze) => covers(freeze, facts.environment) && Date.parse(freeze.opensAt) <= now.getTime() && now.getTime() < Date.parse(freeze.closesAt) && !(facts.kinds !== null && facts.kinds.length > 0 && facts.kinds.every((kind) => freeze.allows.includes(kind))),
  ) ?? null

/** The standing approval that covers deployments to an environment, or null: then there are none. For rollbacks see `standing.ts`. */
export const standingDeploymentRule = (policy: Policy | null, environment: string): StandingDeploymentRule | null =>
  policy?.standing.find((rule): rule is StandingDeploymentRule => rule.purpose === 'deployment' && covers(rule, environment)) ?? null
