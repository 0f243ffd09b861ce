import type { Connection } from './client.ts'
import { call, Refused } from './client.ts'

export interface DeployOptions {
  service: string
  release: string
  environment: string
  region?: string[]
  wait?: boolean
}

interface Deployment {
  status: string
  because: string | null
}

/** deployment.request; with `wait`, the process ends as the deployment does. */
export async function requestDeployment(connection: Connection, { service, release, environment, region, wait }: DeployOptions): Promise<unknown> {
  const asked = (await call(connection, 'POST', '/api/v1/deployments', { service, version: release, environment, ...(region ? { regions: region } : {}) })) as { deploymentId: string }
  if (!wait) return asked
  for (;;) {
    const now = (await call(connection, 'GET', `/api/v1/deployments/${asked.deploymentId}`)) as Deployment
    if (now.status === 'succeeded') return now
    if (now.status === 'failed' || now.status === 'refused') throw new Refused(409, `the deployment ${now.status}: ${now.because ?? 'no reason was given'}`)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}
