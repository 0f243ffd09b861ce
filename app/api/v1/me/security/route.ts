import { handle } from '#lib/platform/handle.ts'
import { securityView } from '#lib/platform/queries/security.ts'

export const GET = handle(securityView)
