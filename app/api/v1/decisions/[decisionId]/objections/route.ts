import { objectToDecision } from '#lib/governance/commands/object.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(objectToDecision)
