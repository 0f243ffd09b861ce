import { applyPlaybook } from '#lib/orchestration/commands/apply-playbook.ts'
import { playbookList } from '#lib/orchestration/queries/playbooks.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(playbookList)
export const POST = handle(applyPlaybook)
