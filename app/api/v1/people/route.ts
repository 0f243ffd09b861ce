import { addPerson } from '#lib/platform/commands/add-person.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(addPerson)
