import { z } from 'zod'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits')
const version = z.string().min(1).max(100)
const service = z.string().min(1).max(60)
const release = z.object({ version, digest, url: z.url() })
const instances = z.number().int().positive().optional()
/** Nobody is let in meanwhile: between a drain and an open. */
const closed = z.boolean().optional()

/** What each step kind is told, as docs/api/agent-protocol.md says. */
export const paramsOf = {
  snapshot: z.object({ service }),
  stage: z.object({ service, release }),
  deploy: z.object({ service, to: release, from: z.array(z.string()), instances, closed }),
  verify: z.object({ service, digest, instances, closed }),
  drain: z.object({ service }),
  stop: z.object({ service }),
  open: z.object({ service, digest, instances }),
}

export type StepParams = { [K in keyof typeof paramsOf]: z.output<(typeof paramsOf)[K]> }
