import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Connection } from './client.ts'
import { call } from './client.ts'

export interface ReleaseOptions {
  service: string
  release: string
  digest: string
  artifact: string
  declares?: string
  commit?: string
  pipelineUrl?: string
}

/** release.register: the same version with the same bytes again is the same answer. */
export const registerRelease = (connection: Connection, { service, release, digest, artifact, declares, commit, pipelineUrl }: ReleaseOptions): Promise<unknown> =>
  call(connection, 'POST', '/api/v1/releases', {
    service,
    version: release,
    digest,
    url: artifact,
    metadata: { ...(commit ? { commit } : {}), ...(pipelineUrl ? { pipelineUrl } : {}) },
    ...(declares ? { declares: parse(readFileSync(declares, 'utf8')) as unknown } : {}),
  })
