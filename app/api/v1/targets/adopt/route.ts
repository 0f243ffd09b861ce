import { handle } from '#lib/platform/handle.ts'
import { adoptRelease } from '#lib/releases/commands/adopt-release.ts'

export const POST = handle(adoptRelease)
