import { createToken } from '#lib/platform/commands/create-token.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(createToken)
