import { satisfies } from 'semver'
import type { ReleaseFacts } from '../../model.ts'

/** A release where it runs, or would run. */
export interface Placed {
  service: string
  region: string
  release: ReleaseFacts
}

/** Whether releases can work with each other. `asked` counts the questions: the cost of a plan is about linear in it. */
export interface Compatibility {
  /** Why the caller cannot work with this provider, in words; null where it can. */
  breakOf(caller: Placed, provider: Placed): string | null
  asked(): number
}

/**
 * `offeredBy` says which service provides a contract at all: a provider's release that no longer offers it breaks its
 * callers just as a wrong version does. The same two releases are compared once, wherever else they run.
 */
export function compatibility(offeredBy: ReadonlyMap<string, string>): Compatibility {
  const near = new Map<ReleaseFacts, Map<ReleaseFacts, string | null>>()
  const far = new Map<ReleaseFacts, Map<ReleaseFacts, string | null>>()
  let questions = 0
  return {
    asked: () => questions,
    breakOf(caller, provider) {
      questions++
      const known = caller.region === provider.region ? near : far
      const answers = known.get(caller.release) ?? new Map<ReleaseFacts, string | null>()
      if (answers.size === 0) known.set(caller.release, answers)
      const answer = answers.get(provider.release)
      if (answer !== undefined) return answer
      const because = compare(caller, provider, offeredBy)
      answers.set(provider.release, because)
      return because
    },
  }
}

function compare(caller: Placed, provider: Placed, offeredBy: ReadonlyMap<string, string>): string | null {
  if (caller.service === provider.service) return null
  for (const call of caller.release.calls) {
    if (offeredBy.get(call.contract) !== provider.service) continue
    if (call.scope === 'region' && caller.region !== provider.region) continue
    const offered = provider.release.offers.find((offer) => offer.contract === call.contract)
    if (!offered) return `${caller.service} ${caller.release.version} calls ${call.contract} ${call.range}, and ${provider.service} ${provider.release.version} does not offer it`
    if (!satisfies(offered.version, call.range, { includePrerelease: true })) return `${caller.service} ${caller.release.version} calls ${call.contract} ${call.range}, and ${provider.service} ${provider.release.version} offers ${offered.version}`
  }
  return null
}

/** Which service provides each contract, from every release that is in play. */
export const providers = (placed: readonly Omit<Placed, 'region'>[]): Map<string, string> => new Map(placed.flatMap(({ service, release }) => release.offers.map((offer) => [offer.contract, service] as const)))
