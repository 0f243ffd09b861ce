/** Where a number of instances run the same bytes. Unknown digests have no version. */
export interface Running {
  digest: string
  version: string | null
  instances: number
  healthy: number
}

export type Health = 'good' | 'degraded' | 'bad' | 'unknown' | 'working'

/** One cell of the fleet grid. */
export interface TargetView {
  id: string
  service: string
  environment: string
  region: string
  kind: 'real' | 'drill'
  instances: number
  running: Running[]
  /** null = no agent has ever seen it */
  observedAt: string | null
  /** The moment after which what was observed is too old to be called known. */
  observationGoesStaleAt: string | null
  desired: { releaseId: string; version: string } | null
  lastKnownGood: { releaseId: string; version: string } | null
  health: Health
  /** Why the health is what it is, in words. */
  because: string
  /** Rules in breach here. */
  breaches: string[]
  runId: string | null
}

export interface FleetView {
  regions: { name: string; jurisdiction: string; trafficShare: number; rtoSeconds: number; agents: { name: string; lastSeenAt: string | null; live: boolean }[] }[]
  services: { name: string; team: string; tier: number; dataClass: string; targets: TargetView[] }[]
}
