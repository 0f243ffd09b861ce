import { situationView } from '#lib/incidents/queries/situation.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(situationView)
