import { policyTry } from '#lib/governance/queries/policy.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(policyTry)
