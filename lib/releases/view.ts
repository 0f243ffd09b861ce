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
  /** Null = it is in none. */
  quarantine: QuarantineView | null
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

/** What a target would go back to, and what is said of each release that it could be. */
export interface TargetChoiceView {
  targetId: string
  region: string
  /** Versions that run there now. */
  runs: string[]
  /** Null = nothing to go back to; `because` says why. */
  releaseId: string | null
  because: string
  /** The newest release first. `nameable`: a person may name it, with a reason, although it was not chosen. */
  releases: { releaseId: string; version: string; verdict: 'chosen' | 'older' | 'refused'; because: string; nameable: boolean }[]
}

export interface QuarantineView {
  because: string
  by: string
  at: string
  until: string | null
  incidentNumber: number | null
}
