import { dryRunPlaybook } from '#lib/orchestration/commands/dry-run-playbook.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(dryRunPlaybook)
