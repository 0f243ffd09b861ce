import { handle } from '#lib/platform/handle.ts'
import { quarantineRelease } from '#lib/releases/commands/quarantine-release.ts'

export const POST = handle(quarantineRelease)
