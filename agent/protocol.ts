/** The words of docs/api/agent-protocol.md, version 1. */

export type InstanceState = 'starting' | 'healthy' | 'unhealthy' | 'stopped'

export interface Instance {
  id: string
  digest: string | null
  version: string | null
  state: InstanceState
}

export interface Observation {
  service: string
  instances: Instance[]
  /** True where the driver could not be asked: not known, never "nothing runs". */
  unreachable: boolean
}

export interface Lease {
  v: 1
  stepId: string
  runId: string
  key: string
  kind: string
  attempt: number
  epoch: number
  leaseMs: number
  timeoutMs: number
  repeatable: boolean
  /** An earlier attempt ended without a known outcome. */
  again: boolean
  params: unknown
  /** `document` is null where the agent said that it has the plan of this hash. */
  plan: { document: unknown; hash: string; signature: string }
}

export interface Outcome {
  outcome: 'succeeded' | 'failed' | 'cancelled'
  because: string | null
  result: Record<string, unknown> | null
}

export interface LogLine {
  seq: number
  at: string
  stream: 'out' | 'err' | 'agent'
  line: string
}

export interface Latency {
  bounds: number[]
  counts: number[]
}

export interface Sample {
  service: string
  at: string
  seconds: number
  requests: number
  errors: number
  latency: Latency | null
}

/** Who this agent is, as the server said when it enrolled. */
export interface Identity {
  server: string
  agentId: string
  name: string
  environment: string
  region: string
  kind: 'real' | 'drill'
  serverKey: string
  leaseMs: number
  heartbeatMs: number
  sampleMs: number
}

export interface ReleaseRef {
  version: string
  digest: string
  url: string
}
