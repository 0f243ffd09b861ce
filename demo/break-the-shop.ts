import type { ReleaseSummary } from '#lib/releases/view.ts'
import type { FaultKind } from './fleet.ts'
import type { Stack } from './stack.ts'

/** What can be wrong with the next release of checkout. */
export const breakages: readonly FaultKind[] = ['errors', 'latency', 'crash-loop', 'none']

/** What a careless pipeline does: registers the next 1.5.x of checkout, with this fault in it, and deploys it. */
export async function breakTheShop({ fleet, pipeline }: Stack, kind: FaultKind): Promise<string> {
  const releases = await pipeline.get<ReleaseSummary[]>('/api/v1/releases')
  const patches = releases.flatMap(({ service, version }) => (service === 'checkout' && version.startsWith('1.5.') ? [Number(version.split('.')[2])] : []))
  const version = `1.5.${Math.max(-1, ...patches) + 1}`
  const artifact = await fleet.artifact('checkout', version, kind)
  await pipeline.send('POST', '/api/v1/releases', { service: 'checkout', version, digest: artifact.digest, url: artifact.url, declares: artifact.declares, metadata: { commit: artifact.digest.slice(7, 14), pipelineUrl: 'https://ci.harbor.example/checkout' } })
  await pipeline.send('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production' })
  return version
}
