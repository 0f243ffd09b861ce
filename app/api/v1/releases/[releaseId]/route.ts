import { handle } from '#lib/platform/handle.ts'
import { releaseView } from '#lib/releases/queries/release.ts'

export const GET = handle(releaseView)
