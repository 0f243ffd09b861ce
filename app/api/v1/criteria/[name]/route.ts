import { handle } from '#lib/platform/handle.ts'
import { applyCriteria } from '#lib/triggers/commands/apply-criteria.ts'

export const PUT = handle(applyCriteria)
