export interface ReleaseSummary {
  id: string
  service: string
  version: string
  digest: string
  commit: string | null
  pipelineUrl: string | null
  builtAt: string | null
  registeredAt: string
  registeredBy: string
  /** Targets that run it now, and those whose last known good it is. */
  runningOn: string[]
  knownGoodOn: string[]
}

export interface DeploymentView {
  id: string
  service: string
  environment: string
  version: string
  status: 'requested' | 'running' | 'succeeded' | 'failed' | 'refused'
  because: string | null
  requestedBy: string
  runId: string | null
  createdAt: string
  finishedAt: string | null
  targets: { targetId: string; region: string; from: string | null; soakUntil: string | null; knownGoodAt: string | null; spoiledAt: string | null; snapshot: string | null; baselineSamples: number }[]
}

export interface ReleaseView extends ReleaseSummary {
  metadata: Record<string, unknown>
  declares: Record<string, unknown>
  deployments: DeploymentView[]
}
