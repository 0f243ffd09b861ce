import { createHash } from 'node:crypto'
import type { ReleaseFacts, Situation, TargetFacts } from '#lib/orchestration/model.ts'

/** A release as the planner sees it, with as little said as a test needs. */
export const release = (service: string, version: string, says: Partial<ReleaseFacts> = {}): ReleaseFacts => {
  const hex = createHash('sha256').update(`${service} ${version}`).digest('hex')
  return { releaseId: uuidOf(`${service} ${version}`), version, digest: `sha256:${hex}`, url: `http://artifacts.test/${service}-${version}.tgz`, offers: [], calls: [], schema: null, oneWay: null, besideItself: true, residue: { leaves: [], reads: [] }, flags: [], ...says }
}

/** The same name, the same id. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export const target = (service: string, region: string, running: readonly ReleaseFacts[] | null, goTo: ReleaseFacts | null, says: Partial<TargetFacts> = {}): TargetFacts => ({
  targetId: uuidOf(`${service}/${region}`),
  service,
  region,
  instances: 2,
  minUp: 1,
  repeatable: true,
  running: running?.map((one) => ({ digest: one.digest, instances: 1, release: one })) ?? null,
  goTo,
  why: 'asked',
  candidate: null,
  out: false,
  reconciler: null,
  ...says,
})

export const situation = (targets: readonly TargetFacts[], says: Partial<Situation> = {}): Situation => ({
  purpose: 'rollback',
  environment: 'production',
  agentKind: 'real',
  targets,
  regions: [
    { name: 'eu', rtoSeconds: 600, trafficShare: 0.6, kinds: null, maxParallel: 8 },
    { name: 'us', rtoSeconds: 600, trafficShare: 0.4, kinds: null, maxParallel: 8 },
  ],
  databases: [],
  limits: [],
  windows: [],
  missing: [],
  ...says,
})
