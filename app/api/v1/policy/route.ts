import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { policyView } from '#lib/governance/queries/policy.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(policyView)
export const PUT = handle(applyPolicy)
