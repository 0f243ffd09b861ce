import { handOverView } from '#lib/incidents/queries/hand-over.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(handOverView)
