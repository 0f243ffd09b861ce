import { handle } from '#lib/platform/handle.ts'
import { breachList } from '#lib/triggers/queries/breaches.ts'

export const GET = handle(breachList)
