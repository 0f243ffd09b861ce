import { handle } from '#lib/platform/handle.ts'
import { criteriaList } from '#lib/triggers/queries/criteria.ts'

export const GET = handle(criteriaList)
