import { createEnrolment } from '#lib/orchestration/commands/create-enrolment.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(createEnrolment)
