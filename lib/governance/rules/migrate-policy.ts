import type { Group, Needs, Policy, PolicyV1, VotingRole } from '../model.ts'

const nameOfRoles = (roles: readonly VotingRole[]): string => [...new Set(roles)].sort().join(' or ')

/**
 * A document of version 1 in the words of version 2, meaning the same: there the first rule that matched won, so that each
 * rule leaves out what an earlier one had taken.
 */
export function asPolicy(document: PolicyV1 | Policy): Policy {
  if (document.v === 2) return document
  const groups = new Map<string, Group>()
  const rules: Policy['rules'] = []
  const taken = new Set<string>()
  for (const [n, rule] of document.rollback.entries()) {
    const left = rule.environments.includes('*') ? ['*'] : rule.environments.filter((name) => !taken.has(name))
    if (taken.has('*') || left.length === 0) continue
    const group = nameOfRoles(rule.roles)
    groups.set(group, { name: group, roles: [...new Set(rule.roles)].sort() })
    const name = rules.some((one) => one.name === rule.name) ? `${rule.name} (${n + 1})` : rule.name
    rules.push({ name, environments: left, except: left[0] === '*' ? [...taken] : [], need: [{ group, approvals: rule.approvals }], expiresMinutes: rule.expiresMinutes })
    for (const name of rule.environments) taken.add(name)
  }
  return { v: 2, groups: [...groups.values()], rules, freezes: [], standing: document.standing }
}

/** What a request kept before there were groups: so many of these roles. */
interface NeedsV1 {
  approvals: number
  roles: VotingRole[]
}

/** What a stored request needs, whichever form it was kept in. */
export const asNeeds = (stored: Needs | NeedsV1): Needs =>
  'quorums' in stored ? stored : { v: 2, quorums: [{ group: nameOfRoles(stored.roles), approvals: stored.approvals, meetingMinutes: null, voters: { roles: stored.roles } }], rules: [], askedBy: [], expiresMinutes: 1_440 }
