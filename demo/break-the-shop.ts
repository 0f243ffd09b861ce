import type { ReleaseSummary } from '#lib/releases/view.ts'
import type { FaultKind, FaultOrder, ServiceName } from './fleet.ts'
import { regions } from './harbor.ts'
import type { Stack } from './stack.ts'

/** What can be done to Harbor: a fault in the next release of checkout, or one of two releases that are trouble in themselves. */
export type Breakage = FaultKind | 'neighbours' | 'one-way'
export const breakages: readonly Breakage[] = ['errors', 'latency', 'crash-loop', 'wrong-prices', 'neighbours', 'one-way', 'none']

/** What each does, as the one who asked for it is told. `version` is what is being released. */
export function whatToWatch(breakage: Breakage, version: string): string {
  switch (breakage) {
    case 'none':
      return `checkout ${version} (nothing wrong with it) is being deployed.`
    case 'wrong-prices':
      return `checkout ${version} is being deployed. 8 to 20 s after it serves it charges ten times the price, and no rule will notice: declare an incident, and name checkout ${version} as the suspect.`
    case 'neighbours':
      return `${version} were switched by hand, past every pipeline. They work with each other and with nobody else: neither can go back alone. 8 to 20 s later checkout goes bad.`
    case 'one-way':
      return `payments ${version} is being deployed, behind a drain. Its migration cannot be undone. 8 to 20 s after it serves it goes bad: look for the way out.`
    case 'errors':
    case 'latency':
    case 'crash-loop':
      return `checkout ${version} (${breakage}) is being deployed. Watch: it goes bad 8 to 20 s after it serves.`
  }
}

/** What a careless company does. Returns what is being released. */
export async function breakTheShop(stack: Stack, breakage: Breakage): Promise<string> {
  if (breakage === 'neighbours') return switchByHand(stack)
  if (breakage === 'one-way') {
    await release(stack, 'payments', '2.0.0', 'errors')
    await stack.pipeline.send('POST', '/api/v1/deployments', { service: 'payments', version: '2.0.0', environment: 'production' })
    return '2.0.0'
  }
  const version = await nextCheckout(stack)
  await release(stack, 'checkout', version, breakage)
  await stack.pipeline.send('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production' })
  return version
}

/** The next patch of checkout 1.5 that nobody has registered. */
export async function nextCheckout({ pipeline }: Pick<Stack, 'pipeline'>): Promise<string> {
  const releases = await pipeline.get<ReleaseSummary[]>('/api/v1/releases')
  const patches = releases.flatMap(({ service, version }) => (service === 'checkout' && version.startsWith('1.5.') ? [Number(version.split('.')[2])] : []))
  return `1.5.${Math.max(-1, ...patches) + 1}`
}

/** Builds a release and registers it, as a pipeline does. */
export async function release({ fleet, pipeline }: Stack, service: ServiceName, version: string, fault: FaultKind | FaultOrder = 'none') {
  const artifact = await fleet.artifact(service, version, fault)
  await pipeline.send('POST', '/api/v1/releases', { service, version, digest: artifact.digest, url: artifact.url, declares: artifact.declares, metadata: { commit: artifact.digest.slice(7, 14), pipelineUrl: `https://ci.harbor.example/${service}` } })
  return artifact
}

/** Two releases that only know each other, put in place through the supervisors: agents find them running. */
async function switchByHand(stack: Stack): Promise<string> {
  const payments = await release(stack, 'payments', '1.9.0')
  const checkout = await release(stack, 'checkout', '2.0.0', 'errors')
  for (const region of regions) {
    await stack.fleet.deploy(payments, region)
    await stack.fleet.deploy(checkout, region)
  }
  return 'checkout 2.0.0 and payments 1.9.0'
}
