import { satisfies } from 'semver'
import type { ReleaseFacts } from '../model.ts'

/** A release where it runs, or would run. */
export interface Placed {
  service: string
  region: string
  release: ReleaseFacts
}

/**
 * Why the caller cannot work with this provider, in words; null where it can. `offeredBy` says which service provides a
 * contract at all: a provider's release that no longer offers it breaks its callers just as a wrong version does.
 */
export function breakOf(caller: Placed, provider: Placed, offeredBy: ReadonlyMap<string, string>): string | null {
  if (caller.service === provider.service) return null
  for (const call of caller.release.calls) {
    if (offeredBy.get(call.contract) !== provider.service) continue
    if (call.scope === 'region' && caller.region !== provider.region) continue
    const offered = provider.release.offers.find((offer) => offer.contract === call.contract)
    if (!offered) return `${caller.service} ${caller.release.version} calls ${call.contract} ${call.range}, and ${provider.service} ${provider.release.version} does not offer it`
    if (!satisfies(offered.version, call.range, { includePrerelease: true })) {
      return `${caller.service} ${caller.release.version} calls ${call.contract} ${call.range}, and ${provider.service} ${provider.release.version} offers ${offered.version}`
    }
  }
  return null
}

/** Which service provides each contract, from every release that is in play. */
export function providers(placed: readonly Placed[]): Map<string, string> {
  return new Map(placed.flatMap(({ service, release }) => release.offers.map((offer) => [offer.contract, service] as const)))
}
