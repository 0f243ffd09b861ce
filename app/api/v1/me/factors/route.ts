import { enrolFactor } from '#lib/platform/commands/enrol-factor.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(enrolFactor)
