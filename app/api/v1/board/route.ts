import { boardView } from '#lib/incidents/queries/board.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(boardView)
