import { satisfies } from 'semver'
import type { PlanDocument, ReleaseFacts, Situation, StepDocument } from '../model.ts'

export interface Proof {
  holds: boolean
  because: string
}

interface Place {
  service: string
  region: string
  /** Everything that may run here before, while and after it moves. */
  before: readonly ReleaseFacts[]
  after: readonly ReleaseFacts[]
  deploy: string | null
  verify: string | null
}

const refused = (because: string): Proof => ({ holds: false, because })

/**
 * Checks a plan against a world, knowing nothing of how it was made: the model is all that it shares with the planner.
 * Two targets can be in a mix unless one's verify comes before the other's deploy; every mix that can be must be allowed.
 */
export function verifyPlan(plan: PlanDocument, world: Situation): Proof {
  const steps = new Map(plan.steps.map((step) => [step.key, step]))
  if (steps.size !== plan.steps.length) return refused('two steps have the same key')
  const before = ancestors(plan.steps)
  if (!before) return refused('the steps wait for each other in a circle, or for one that is not there')
  const unexplained = plan.steps.flatMap((step) => step.after.map((from) => [from, step.key] as const)).find(([from, to]) => !plan.edges.some((edge) => edge.from === from && edge.to === to && edge.because.length > 0))
  if (unexplained) return refused(`${unexplained[1]} waits for ${unexplained[0]} without a reason`)

  const places: Place[] = []
  for (const target of world.targets) {
    const move = plan.moves.find((one) => one.target === target.targetId)
    const running = (target.running ?? []).flatMap((one) => (one.release ? [one.release] : []))
    if (!move) {
      places.push({ service: target.service, region: target.region, before: running, after: running, deploy: null, verify: null })
      continue
    }
    const where = `${target.service} in ${target.region}`
    if (!target.running) return refused(`what runs as ${where} is not known`)
    if (!target.goTo || target.goTo.digest !== move.to.digest) return refused(`${where} is to run ${move.to.digest}, and the plan brings something else`)
    const digests = target.running.map((one) => one.digest).sort()
    if (JSON.stringify(digests) !== JSON.stringify(move.from.map((one) => one.digest).sort())) return refused(`${where} no longer runs what the plan starts from`)
    if (target.instances - 1 < target.minUp) return refused(`${where} cannot spare an instance`)
    const own = plan.steps.filter((step) => step.target === target.targetId)
    const deploy = own.find((step) => step.kind === 'deploy' && (step.params['to'] as { digest?: string } | undefined)?.digest === move.to.digest)
    const stage = own.find((step) => step.kind === 'stage' && (step.params['release'] as { digest?: string } | undefined)?.digest === move.to.digest)
    const verify = own.find((step) => step.kind === 'verify' && step.params['digest'] === move.to.digest)
    if (!deploy || !stage || !verify) return refused(`${where} is not staged, switched and verified`)
    if (own.filter((step) => step.kind === 'deploy').length !== 1) return refused(`${where} is switched more than once`)
    if (!before.get(deploy.key)?.has(stage.key)) return refused(`${where} is switched before its bytes are there`)
    if (!before.get(verify.key)?.has(deploy.key)) return refused(`${where} is verified before it is switched`)
    places.push({ service: target.service, region: target.region, before: running, after: [target.goTo], deploy: deploy.key, verify: verify.key })
  }
  const strayed = plan.moves.find((move) => !world.targets.some((target) => target.targetId === move.target))
  if (strayed) return refused(`${strayed.service} in ${strayed.region} is not among the targets`)

  const offers = new Map(places.flatMap((place) => [...place.before, ...place.after].flatMap((release) => release.offers.map((offer) => [offer.contract, place.service] as const))))
  for (const caller of places) {
    for (const provider of places) {
      if (caller === provider) continue
      const broken = mixes(caller, provider, before).find(([a, b]) => breaks(caller, a, provider, b, offers))
      if (!broken) continue
      const excused = caller.before.some((a) => provider.before.some((b) => breaks(caller, a, provider, b, offers)))
      if (!excused) return refused(`on the way ${caller.service} ${broken[0].version} would call ${provider.service} ${broken[1].version} in ${provider.region}, which it cannot`)
    }
  }
  return { holds: true, because: `${places.filter((place) => place.deploy).length} moves among ${places.length} targets: every mix of versions on the way is allowed` }
}

/** Every pair of releases that can run at the same time, given what the order rules out. */
function mixes(a: Place, b: Place, before: ReadonlyMap<string, ReadonlySet<string>>): [ReleaseFacts, ReleaseFacts][] {
  const cross = (xs: readonly ReleaseFacts[], ys: readonly ReleaseFacts[]): [ReleaseFacts, ReleaseFacts][] => xs.flatMap((x) => ys.map((y): [ReleaseFacts, ReleaseFacts] => [x, y]))
  if (!a.deploy && !b.deploy) return []
  const aDoneFirst = a.verify !== null && b.deploy !== null && (before.get(b.deploy)?.has(a.verify) ?? false)
  const bDoneFirst = b.verify !== null && a.deploy !== null && (before.get(a.deploy)?.has(b.verify) ?? false)
  return [...cross(a.before, b.before), ...(bDoneFirst || !a.deploy ? [] : cross(a.after, b.before)), ...(aDoneFirst || !b.deploy ? [] : cross(a.before, b.after)), ...cross(a.after, b.after)]
}

function breaks(caller: Place, a: ReleaseFacts, provider: Place, b: ReleaseFacts, offers: ReadonlyMap<string, string>): boolean {
  if (caller.service === provider.service) return false
  return a.calls.some((call) => {
    if (offers.get(call.contract) !== provider.service) return false
    if (call.scope === 'region' && caller.region !== provider.region) return false
    const version = b.offers.find((offer) => offer.contract === call.contract)?.version
    return version === undefined || !satisfies(version, call.range, { includePrerelease: true })
  })
}

/** For each step, everything that is certainly over when it starts; null where that is not defined. */
function ancestors(steps: readonly StepDocument[]): Map<string, Set<string>> | null {
  const done = new Map<string, Set<string>>()
  let left = [...steps]
  while (left.length > 0) {
    const next = left.filter((step) => step.after.every((key) => done.has(key)))
    if (next.length === 0) return null
    for (const step of next) done.set(step.key, new Set(step.after.flatMap((key) => [key, ...(done.get(key) ?? [])])))
    left = left.filter((step) => !next.includes(step))
  }
  return done
}
