import type { Needs, Policy, RollbackRule, StandingDeploymentRule } from '../model.ts'
import { strictestRule } from '../model.ts'

const covers = (rule: { environments: readonly string[] }, environment: string): boolean => rule.environments.includes('*') || rule.environments.includes(environment)

/** The first rule for rollbacks in an environment; without one the strictest applies. */
export const rollbackRule = (policy: Policy | null, environment: string): RollbackRule => policy?.rollback.find((rule) => covers(rule, environment)) ?? strictestRule

/** The standing approval that covers deployments to an environment, or null: then there are none. For rollbacks see `standing.ts`. */
export const standingDeploymentRule = (policy: Policy | null, environment: string): StandingDeploymentRule | null =>
  policy?.standing.find((rule): rule is StandingDeploymentRule => rule.purpose === 'deployment' && covers(rule, environment)) ?? null

/** A newer policy never makes a pending request easier: the higher of both counts, the roles as they were asked. */
export const stricterOf = (then: Needs, rule: RollbackRule): Needs => ({ approvals: Math.max(then.approvals, rule.approvals), roles: then.roles })
