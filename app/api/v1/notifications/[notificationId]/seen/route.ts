import { seeNotification } from '#lib/communications/commands/see-notification.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(seeNotification)
