import { handle } from '#lib/platform/handle.ts'
import { acceptSamples } from '#lib/validation/ingests/samples.ts'

export const POST = handle(acceptSamples)
