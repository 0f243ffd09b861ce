import { handle } from '#lib/platform/handle.ts'
import { requestDeployment } from '#lib/releases/commands/request-deployment.ts'

export const POST = handle(requestDeployment)
