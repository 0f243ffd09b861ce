import { z } from 'zod'

/** The roles whose votes a policy may ask for: those that hold `approval.vote`. */
export const votingRoles = ['approver', 'commander'] as const
export type VotingRole = (typeof votingRoles)[number]

/** Who may be required to be the one who asks: roles that hold `plan.propose`. */
export const askingRoles = ['responder', 'commander', 'approver'] as const
export type AskingRole = (typeof askingRoles)[number]

/**
 * What a change does, as far as a policy tells them apart. `rollback`: every target goes to a release that was known good there; `forward`: one
 * goes where none was; `schema`: a schema is taken back; `playbook`: steps beyond the planner's; `flag`: a flag is turned.
 */
export const changeKinds = ['rollback', 'forward', 'schema', 'playbook', 'flag'] as const
export type ChangeKind = (typeof changeKinds)[number]
export const dataClasses = ['public', 'internal', 'customer', 'regulated'] as const

const environments = z.array(z.string().min(1).max(60)).min(1).max(100).describe('Environments by name, or *')
const ruleName = z.string().trim().min(1).max(120)
const groupName = z.string().trim().min(1).max(120)
const email = z.string().trim().toLowerCase().min(3).max(200)
const moment = z.iso.datetime({ offset: true, error: 'a moment, as 2026-12-31T00:00:00Z' })
const kinds = z.array(z.enum(changeKinds)).min(1)

/** How rules were written in documents of version 1: the first that matches wins. */
export const rollbackRuleSchema = z.strictObject({
  name: ruleName,
  environments,
  approvals: z.number().int().min(1).max(10).describe('How many people must say yes; whoever asks never counts'),
  roles: z.array(z.enum(votingRoles)).min(1).describe('Whose vote counts'),
  expiresMinutes: z.number().int().min(1).max(1_440).describe('How long an approval is good for'),
})
export type RollbackRule = z.infer<typeof rollbackRuleSchema>

const memberSchema = z.strictObject({
  email,
  delegates: z
    .array(z.strictObject({ email, until: moment.optional().describe('Until when; without it until the policy says otherwise') }))
    .max(20)
    .default([])
    .describe('Who may speak for this member; both together are one voice'),
})

/** Whose votes fill a place: everybody with a role, or named members of a board and their delegates. */
export const groupSchema = z
  .strictObject({
    name: groupName,
    roles: z.array(z.enum(votingRoles)).min(1).optional().describe('Everybody who holds one of these'),
    members: z.array(memberSchema).min(1).max(100).optional().describe('Named people, as a change advisory board has them'),
  })
  .refine((group) => (group.roles === undefined) !== (group.members === undefined), { path: ['members'], message: 'either roles or members' })
export type Group = z.infer<typeof groupSchema>

/** One rule. What it leaves out it does not ask about; what it names must all fit. */
export const approvalRuleSchema = z.strictObject({
  name: ruleName,
  environments,
  except: z.array(z.string().min(1).max(60)).max(100).default([]).describe('Environments that * does not mean here'),
  services: z.array(z.string().min(1).max(60)).min(1).max(500).optional().describe('Where one of these moves'),
  tiers: z.array(z.number().int().min(1).max(4)).min(1).optional().describe('Where a service of one of these tiers moves; 1 is the most critical'),
  dataClasses: z.array(z.enum(dataClasses)).min(1).optional().describe('Where a service holds such data'),
  jurisdictions: z.array(z.string().min(1).max(60)).min(1).optional().describe('Where a service’s data may lie in one of these'),
  kinds: kinds.optional().describe('What is done: going back to a known good release may need less than going forward'),
  askedBy: z.array(z.enum(askingRoles)).min(1).optional().describe('Who may ask; everybody who may propose, when left out'),
  need: z
    .array(
      z.strictObject({
        group: groupName.describe('A group of this document'),
        approvals: z.number().int().min(1).max(10).describe('How many of its people must say yes; one person fills one place only'),
        meetingMinutes: z.number().int().min(1).max(1_440).optional().describe('Only approvals within so many minutes of the newest count: the group sits together. Without it each says so when they can'),
      }),
    )
    .min(1)
    .max(20),
  expiresMinutes: z.number().int().min(1).max(1_440).describe('How long an approval is good for'),
})
export type ApprovalRule = z.infer<typeof approvalRuleSchema>

export const freezeSchema = z
  .strictObject({ name: ruleName, environments, opensAt: moment, closesAt: moment, allows: z.array(z.enum(changeKinds)).default([]).describe('What may pass nevertheless, where a change does nothing else') })
  .refine((freeze) => Date.parse(freeze.opensAt) < Date.parse(freeze.closesAt), { path: ['closesAt'], message: 'after opensAt' })
export type Freeze = z.infer<typeof freezeSchema>

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

const standing = z.array(standingRuleSchema).max(100).default([])

/** The form of before: still taken, and read as version 2 (`rules/migrate-policy.ts`). */
export const policyV1Schema = z.strictObject({ v: z.literal(1), rollback: z.array(rollbackRuleSchema).max(100).default([]), standing })
export type PolicyV1 = z.infer<typeof policyV1Schema>

/** Who must agree to what. Of several rules that match, the strictest of everything counts. */
export const policyV2Schema = z
  .strictObject({ v: z.literal(2), groups: z.array(groupSchema).max(100).default([]), rules: z.array(approvalRuleSchema).max(200).default([]), freezes: z.array(freezeSchema).max(200).default([]), standing })
  .superRefine(({ groups, rules }, context) => {
    const say = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message })
    for (const [n, group] of groups.entries()) {
      if (groups.findIndex((one) => one.name === group.name) < n) say(['groups', n, 'name'], `there are two groups ${group.name}`)
      for (const [m, member] of (group.members ?? []).entries()) if (group.members?.findIndex((one) => one.email === member.email) !== m) say(['groups', n, 'members', m, 'email'], `${member.email} is a member already`)
    }
    for (const [n, rule] of rules.entries()) {
      if (rules.findIndex((one) => one.name === rule.name) < n) say(['rules', n, 'name'], `there are two rules ${rule.name}`)
      for (const [i, need] of rule.need.entries()) {
        const group = groups.find((one) => one.name === need.group)
        if (!group) say(['rules', n, 'need', i, 'group'], `there is no group ${need.group}; use one of ${groups.map((one) => one.name).join(', ') || 'none so far'}`)
        if (rule.need.findIndex((one) => one.group === need.group) < i) say(['rules', n, 'need', i, 'group'], `${need.group} is asked already in this rule`)
        if (group?.members && need.approvals > group.members.length) say(['rules', n, 'need', i, 'approvals'], `${need.group} has ${group.members.length} members, so it can never give ${need.approvals} approvals`)
      }
    }
  })
export type Policy = z.infer<typeof policyV2Schema>

export const policySchema = z.discriminatedUnion('v', [policyV1Schema, policyV2Schema])

/** What a policy asks about a change. Null = not known, and then every rule that asks about it applies. */
export interface ChangeFacts {
  environment: string
  services: readonly string[]
  tiers: readonly number[] | null
  dataClasses: readonly string[] | null
  jurisdictions: readonly string[] | null
  kinds: readonly ChangeKind[] | null
}

/** Who fills a place, as a policy said it. */
export type Voters = { roles: VotingRole[] } | { members: { email: string; delegates: { email: string; until?: string | undefined }[] }[] }

export interface QuorumNeed {
  group: string
  approvals: number
  meetingMinutes: number | null
  voters: Voters
}

/** What a request needs, as the policy said when it was asked. */
export interface Needs {
  v: 2
  quorums: QuorumNeed[]
  /** The rules that said so. */
  rules: string[]
  /** Who may ask: one of each. */
  askedBy: AskingRole[][]
  expiresMinutes: number
}

export type RequestStatus = 'pending' | 'satisfied' | 'rejected' | 'expired' | 'void' | 'withdrawn'

export const optionKinds = ['roll-back', 'flag-off', 'shift-traffic', 'roll-forward', 'hold'] as const

/** A way that was on the table, as it was shown. */
export const decisionOptionSchema = z.strictObject({
  kind: z.enum(optionKinds),
  possible: z.boolean(),
  because: z.string(),
  timeToEffect: z.strictObject({ p50Ms: z.number(), p90Ms: z.number() }).nullable(),
  lost: z.string(),
  blastRadius: z.string(),
  reversible: z.strictObject({ yes: z.boolean(), because: z.string() }),
})
export type DecisionOption = z.infer<typeof decisionOptionSchema>

/** Something that was known when it was asked. `at`: when it was seen; null = nobody knows, and that is a fact too. */
export const decisionFactSchema = z.strictObject({ what: z.string(), value: z.string(), source: z.string(), at: z.iso.datetime().nullable() })
export type DecisionFact = z.infer<typeof decisionFactSchema>

/** What a decision is made on. */
export const decisionBasisSchema = z.strictObject({
  options: z.array(decisionOptionSchema).max(20).default([]),
  facts: z.array(decisionFactSchema).max(500).default([]),
  criteria: z.array(z.strictObject({ name: z.string(), revision: z.number().int() })).max(100).default([]),
  reason: z.string().max(1_000).nullable().default(null),
})

export const decisionOutcomes = ['approved', 'rejected', 'withdrawn', 'expired', 'void', 'superseded'] as const
export type DecisionOutcome = (typeof decisionOutcomes)[number]
