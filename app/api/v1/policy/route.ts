import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { handle } from '#lib/platform/handle.ts'

export const PUT = handle(applyPolicy)
