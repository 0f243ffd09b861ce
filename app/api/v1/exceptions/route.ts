import { exceptionList } from '#lib/incidents/queries/exceptions.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(exceptionList)
