import { apiDocument } from '#lib/openapi.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(apiDocument)
