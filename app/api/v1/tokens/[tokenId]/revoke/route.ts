import { revokeToken } from '#lib/platform/commands/revoke-token.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(revokeToken)
