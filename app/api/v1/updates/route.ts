import { draftUpdate } from '#lib/communications/commands/draft-update.ts'
import { updateList } from '#lib/communications/queries/updates.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(updateList)
export const POST = handle(draftUpdate)
