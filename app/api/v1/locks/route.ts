import { handle } from '#lib/platform/handle.ts'
import { lockList } from '#lib/state/queries/locks.ts'

export const GET = handle(lockList)
