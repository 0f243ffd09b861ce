import { handle } from '#lib/platform/handle.ts'
import { targetChoices } from '#lib/releases/queries/choices.ts'

export const GET = handle(targetChoices)
