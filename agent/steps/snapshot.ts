import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { maskConfig, maskDeep } from '../mask.ts'
import type { Step } from './step.ts'

/** Keeps the target's configuration; secret values are fingerprints before anything is sent. */
export const snapshot: Step<'snapshot'> = async ({ service }, tools) => {
  const { config, secrets: names } = await tools.driver.snapshot(tools)
  const { content: hidden, secrets } = maskConfig(config, { secrets: names, mask: tools.maskNames }, tools.fingerprintKey)
  tools.learnSecrets(secrets)
  const content = maskDeep(hidden, tools.mask) as Record<string, unknown>
  tools.log(`${Object.keys(content).length} settings of ${service} kept, ${secrets.length} of them as fingerprints`)
  return { content, digest: `sha256:${createHash('sha256').update(canonicalize(content) ?? '').digest('hex')}` }
}
