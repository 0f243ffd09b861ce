import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { handle } from '#lib/platform/handle.ts'

export const PUT = handle(applyCatalog)
