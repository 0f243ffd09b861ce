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

export const standingRuleSchema = z.strictObject({ name: ruleName, purpose: z.literal('deployment'), environments })
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
