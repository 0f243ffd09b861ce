import { playbookView } from '#lib/orchestration/queries/playbooks.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(playbookView)
