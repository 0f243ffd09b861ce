import type { KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { backoffMs } from './backoff.ts'
import type { Config } from './config.ts'
import { Unreachable, postJson } from './http.ts'
import { publicKeyOf } from './key.ts'
import { pause } from './pause.ts'
import type { Identity } from './protocol.ts'
import { writeWhole } from './write-whole.ts'

const answerSchema = z.object({
  agentId: z.uuid(),
  name: z.string(),
  environment: z.string(),
  region: z.string(),
  kind: z.enum(['real', 'drill']),
  serverKey: z.string(),
  leaseMs: z.number().positive(),
  heartbeatMs: z.number().positive(),
  sampleMs: z.number().positive(),
})
const identitySchema = answerSchema.extend({ server: z.string() })

/** Who this agent is: from its data folder, or by enrolling once with a token. The server's key is pinned from then on. */
export async function enrol(config: Config, key: KeyObject, { signal, tell }: { signal: AbortSignal; tell: (sentence: string) => void }): Promise<Identity> {
  const path = join(config.data, 'identity.json')
  if (existsSync(path)) return { ...identitySchema.parse(JSON.parse(readFileSync(path, 'utf8'))), server: config.server }

  const token = config.token ?? process.env['KNOWNGOOD_ENROLMENT_TOKEN']
  if (!token) throw new Error('token: this agent is not enrolled yet; put a one-time token into `token` or KNOWNGOOD_ENROLMENT_TOKEN')
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await postJson(`${config.server}/api/v1/agents/enrol`, { v: 1, token, name: config.name, publicKey: publicKeyOf(key), stepKinds: config.allow }, { timeoutMs: 10_000, signal })
      const identity: Identity = { server: config.server, ...answerSchema.parse(answer) }
      writeWhole(path, `${JSON.stringify(identity, null, 2)}\n`)
      return identity
    } catch (error) {
      if (!(error instanceof Unreachable) || signal.aborted) throw error
      tell(`not enrolled yet: ${error.message}`)
      await pause(error.retryAfterMs ?? backoffMs(attempt, Math.random(), { baseMs: 250, capMs: 10_000 }), signal)
    }
  }
}
