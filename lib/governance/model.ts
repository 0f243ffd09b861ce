import { z } from 'zod'

/** The roles whose votes a policy may ask for: those that hold `approval.vote`. */
export const votingRoles = ['approver', 'commander'] as const
export type VotingRole = (typeof votingRoles)[number]

const environments = z.array(z.string().min(1).max(60)).min(1).max(100).describe('Environments by name, or *')
const ruleName = z.string().trim().min(1).max(120)

export const rollbackRuleSchema = z.strictObject({
  name: ruleName,
  environments,
  approvals: z.number().int().min(1).max(10).describe('How many people must say yes; whoever asks never counts'),
  roles: z.array(z.enum(votingRoles)).min(1).describe('Whose vote counts'),
  expiresMinutes: z.number().int().min(1).max(1_440).describe('How long an approval is good for'),
})
export type RollbackRule = z.infer<typeof rollbackRuleSchema>

export const standingDeploymentRuleSchema = z.strictObject({ name: ruleName, purpose: z.literal('deployment'), environments })
export type StandingDeploymentRule = z.infer<typeof standingDeploymentRuleSchema>

/** The only way by which a rollback starts without people. Everything it allows is named; nothing is unlimited, and it ends. */
export const standingRollbackRuleSchema = z.strictObject({
  name: ruleName,
  purpose: z.literal('rollback'),
  environments,
  rules: z.array(z.string().min(1).max(120)).min(1).max(100).describe('Criteria rules whose breach may start one, by name; their action has to be rollback'),
  services: z.array(z.string().min(1).max(60)).min(1).max(500).describe('Services that may move, by name, or *'),
  maxTargets: z.number().int().min(1).max(1_000).describe('How many targets one run may move'),
  maxRegions: z.number().int().min(1).max(60).describe('How many regions one run may touch'),
  coolDownMinutes: z.number().int().min(1).max(1_440).describe('How long after an automatic rollback of a service no other one of it starts'),
  maxPerHour: z.number().int().min(1).max(60).describe('How many runs this rule may start within an hour'),
  expiresAt: z.iso.datetime({ offset: true, error: 'a moment, as 2026-12-31T00:00:00Z' }).describe('When people have to agree to it again'),
  note: z.string().trim().max(500).optional().describe('What it is for, for whoever reads the policy'),
})
export type StandingRollbackRule = z.infer<typeof standingRollbackRuleSchema>

export const standingRuleSchema = z.discriminatedUnion('purpose', [standingDeploymentRuleSchema, standingRollbackRuleSchema])
export type StandingRule = z.infer<typeof standingRuleSchema>

/** Who must agree to what. The first rule that matches wins. */
export const policySchema = z.strictObject({
  v: z.literal(1),
  rollback: z.array(rollbackRuleSchema).max(100).default([]),
  standing: z.array(standingRuleSchema).max(100).default([]),
})
export type Policy = z.infer<typeof policySchema>

/** What a request needs, as the policy said when it was asked. */
export interface Needs {
  approvals: number
  roles: VotingRole[]
}

export type RequestStatus = 'pending' | 'satisfied' | 'rejected' | 'expired' | 'void' | 'withdrawn'

/** The rule that applies where nobody has made one: the strictest. */
export const strictestRule: RollbackRule = { name: 'no rule matches: the strictest applies', environments: ['*'], approvals: 2, roles: ['approver', 'commander'], expiresMinutes: 60 }
