import { retirePlaybook } from '#lib/orchestration/commands/retire-playbook.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(retirePlaybook)
