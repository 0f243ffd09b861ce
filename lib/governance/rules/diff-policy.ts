import type { Policy } from '../model.ts'
import { asks } from './explain-policy.ts'

export interface PolicyChange {
  part: 'group' | 'rule' | 'freeze' | 'standing'
  name: string
  /** In words; null = it was not there before, or is not there after. */
  before: string | null
  after: string | null
}

/** What one revision of a policy says otherwise than another, by what it names. The order of things means nothing. */
export function diffPolicies(before: Policy | null, after: Policy): PolicyChange[] {
  const was = wordsOf(before)
  const is = wordsOf(after)
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): PolicyChange[] => {
    const [a, b] = [was.get(key) ?? null, is.get(key) ?? null]
    const { part, name } = (a ?? b) as Said
    return a?.words === b?.words ? [] : [{ part, name, before: a?.words ?? null, after: b?.words ?? null }]
  })
}

interface Said {
  part: PolicyChange['part']
  name: string
  words: string
}

function wordsOf(policy: Policy | null): Map<string, Said> {
  const said: Said[] = [
    ...(policy?.groups ?? []).map((group): Said => ({ part: 'group', name: group.name, words: group.roles ? `everybody who is ${group.roles.join(' or ')}` : (group.members ?? []).map((member) => `${member.email}${member.delegates.length > 0 ? ` (or ${member.delegates.map((one) => `${one.email}${one.until ? ` until ${one.until}` : ''}`).join(', ')})` : ''}`).join(', ') })),
    ...(policy?.rules ?? []).map((rule): Said => ({ part: 'rule', name: rule.name, words: ruleInWords(rule) })),
    ...(policy?.freezes ?? []).map((freeze): Said => ({ part: 'freeze', name: freeze.name, words: `${freeze.environments.join(', ')} from ${freeze.opensAt} to ${freeze.closesAt}${freeze.allows.length > 0 ? `; ${freeze.allows.join(', ')} may pass` : ''}` })),
    ...(policy?.standing ?? []).map((rule): Said => ({ part: 'standing', name: rule.name, words: rule.purpose === 'deployment' ? `deployments to ${rule.environments.join(', ')}` : `rollbacks of ${rule.services.join(', ')} in ${rule.environments.join(', ')} that ${rule.rules.join(' or ')} asks for: ${rule.maxTargets} targets, ${rule.maxRegions} regions, ${rule.maxPerHour} an hour, ${rule.coolDownMinutes} min apart, until ${rule.expiresAt}` })),
  ]
  return new Map(said.map((one) => [`${one.part} ${one.name}`, one]))
}

/** `2 of sre; production; data class customer or regulated; good for 60 min`. */
export function ruleInWords(rule: Policy['rules'][number]): string {
  const conditions: [string, readonly (string | number)[] | undefined][] = [['service', rule.services], ['tier', rule.tiers], ['data class', rule.dataClasses], ['jurisdiction', rule.jurisdictions], ['kind', rule.kinds]]
  return [
    asks(rule),
    `${rule.environments.join(', ')}${rule.except.length > 0 ? ` but not ${rule.except.join(', ')}` : ''}`,
    ...conditions.flatMap(([what, list]) => (list ? [`${what} ${list.join(' or ')}`] : [])),
    ...(rule.askedBy ? [`asked by a ${rule.askedBy.join(' or ')}`] : []),
    `good for ${rule.expiresMinutes} min`,
  ].join('; ')
}
