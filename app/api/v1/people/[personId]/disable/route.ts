import { disablePerson } from '#lib/platform/commands/disable-person.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(disablePerson)
