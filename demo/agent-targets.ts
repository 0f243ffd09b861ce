import type { ServiceName } from './artifacts/versions.ts'

/** One entry under `targets` in an agent's configuration file. */
export interface AgentTarget {
  service: string
  driver: 'process'
  supervisor: string
  routes: string
  signals: { urls: string[]; requests: string; errors: string; latency: string }
}

/** How an agent that stands in a region reaches a service there: whom it asks, where users come in, and what it measures. */
export const agentTarget = (service: ServiceName, gatewayUrl: string, supervisorUrl: string): AgentTarget => ({
  service,
  driver: 'process',
  supervisor: supervisorUrl,
  routes: `${gatewayUrl}/${service}/version`,
  signals: {
    urls: [`${gatewayUrl}/-/metrics`],
    requests: `gateway_requests_total{service="${service}"}`,
    errors: `gateway_requests_total{service="${service}",code=~"5.."}`,
    latency: `gateway_request_duration_seconds{service="${service}"}`,
  },
})
