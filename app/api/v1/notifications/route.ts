import { notificationMine } from '#lib/communications/queries/notifications.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(notificationMine)
