import { setComponents } from '#lib/communications/commands/set-components.ts'
import { handle } from '#lib/platform/handle.ts'

export const PUT = handle(setComponents)
