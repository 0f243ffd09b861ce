import { handle } from '#lib/platform/handle.ts'
import { deploymentView } from '#lib/releases/queries/deployment.ts'

export const GET = handle(deploymentView)
