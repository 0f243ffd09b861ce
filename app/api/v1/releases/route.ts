import { handle } from '#lib/platform/handle.ts'
import { registerRelease } from '#lib/releases/commands/register-release.ts'
import { releaseList } from '#lib/releases/queries/releases.ts'

export const GET = handle(releaseList)
export const POST = handle(registerRelease)
