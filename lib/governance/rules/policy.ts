import type { Needs, Policy, RollbackRule, StandingRule } from '../model.ts'
import { strictestRule } from '../model.ts'

const covers = (rule: { environments: readonly string[] }, environment: string): boolean => rule.environments.includes('*') || rule.environments.includes(environment)

/** The first rule for rollbacks in an environment; without one the strictest applies. */
export const rollbackRule = (policy: Policy | null, environment: string): RollbackRule => policy?.rollback.find((rule) => covers(rule, environment)) ?? strictestRule

/** The standing approval that covers a purpose in an environment, or null: then people decide. */
export const standingRule = (policy: Policy | null, purpose: string, environment: string): StandingRule | null =>
  policy?.standing.find((rule) => rule.purpose === purpose && covers(rule, environment)) ?? null

/** A newer policy never makes a pending request easier: the higher of both counts, the roles as they were asked. */
export const stricterOf = (then: Needs, rule: RollbackRule): Needs => ({ approvals: Math.max(then.approvals, rule.approvals), roles: then.roles })
