import { handle } from '#lib/platform/handle.ts'
import { meView } from '#lib/platform/queries/me.ts'

export const GET = handle(meView)
