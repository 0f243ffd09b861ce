import { decisionView } from '#lib/governance/queries/decision.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(decisionView)
