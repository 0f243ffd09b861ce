/** One release of a target's service, and all that is known of it on that target. */
export interface Candidate {
  releaseId: string
  version: string
  digest: string
  registeredAt: Date
  /** When it last became known good there; null = never. */
  knownGoodAt: Date | null
  /** When a breach last spoiled its soak there, and when a deployment of it there last failed. */
  spoiledAt: Date | null
  failedAt: Date | null
  quarantine: { because: string; by: string; until: Date | null } | null
  /** Whether it is known where its bytes can be fetched. */
  fetchable: boolean
  /** Since when an agent of that place holds its bytes, checked; null = it has not said so. */
  stagedAt: Date | null
}

export interface Place {
  region: string
  /** Digests that run there; null = not seen lately. */
  running: readonly string[] | null
  /** Releases under suspicion: never gone back to. */
  suspects: readonly string[]
}

export interface Judged {
  releaseId: string
  version: string
  verdict: 'chosen' | 'older' | 'refused'
  because: string
  /** Whether a person may name it all the same, with a reason. */
  nameable: boolean
  /** Refused, although it was known good there later than what was chosen. */
  passedOver: boolean
  wasKnownGood: boolean
}

export interface Choice {
  releaseId: string | null
  /** What was chosen and why, or why there is nothing to go back to. */
  because: string
  /** All of them, the newest first. */
  releases: readonly Judged[]
}

/**
 * The release to go back to on a target: the newest that was known good there, is in no quarantine and under no suspicion, and whose bytes are
 * staged there or can be. Of two that became known good at the same time, the one that is staged. An older one is never taken because its bytes
 * lie nearer: the plan stages everything before it switches anything, so distance costs seconds, and age costs what was shipped since.
 */
export function chooseTarget({ region, running, suspects }: Place, candidates: readonly Candidate[]): Choice {
  const refusals = new Map(candidates.map((one) => [one.releaseId, refusalOf(one, suspects)]))
  const possible = candidates.filter((one) => refusals.get(one.releaseId) === null).sort(newestGoodFirst)
  const best = possible[0]
  const judge = (one: Candidate): Judged => {
    const refusal = refusals.get(one.releaseId) ?? null
    const about = { releaseId: one.releaseId, version: one.version, wasKnownGood: one.knownGoodAt !== null, nameable: one.quarantine === null && one.fetchable }
    if (refusal !== null) return { ...about, verdict: 'refused', because: refusal, passedOver: time(one.knownGoodAt) > time(best?.knownGoodAt ?? null) && !suspects.includes(one.releaseId) }
    if (one === best) return { ...about, verdict: 'chosen', because: whyChosen(one, region, running), passedOver: false }
    return { ...about, verdict: 'older', because: `known good there since ${moment(one.knownGoodAt)}, and ${best?.version ?? 'another'} became so later`, passedOver: false }
  }
  const releases = [...candidates].sort((a, b) => b.registeredAt.getTime() - a.registeredAt.getTime() || b.version.localeCompare(a.version)).map(judge)
  const chosen = releases.find((one) => one.verdict === 'chosen')
  return { releaseId: chosen?.releaseId ?? null, because: chosen ? `${chosen.version}: ${chosen.because}` : nothingToReturnTo(releases), releases }
}

/** Null where one can go back to it. A later success outweighs an earlier failure: what counts is how it last went there. */
function refusalOf({ releaseId, knownGoodAt, spoiledAt, failedAt, quarantine, fetchable }: Candidate, suspects: readonly string[]): string | null {
  if (quarantine) return quarantineSentence(quarantine)
  if (suspects.includes(releaseId)) return 'it is under suspicion'
  if (!knownGoodAt) return spoiledAt ? 'spoiled by a breach while it soaked' : failedAt ? 'its deployment there failed' : 'never known good there'
  if (spoiledAt && spoiledAt > knownGoodAt) return 'spoiled by a breach while it soaked, after it had been known good there'
  if (failedAt && failedAt > knownGoodAt) return 'its last deployment there failed'
  if (!fetchable) return 'nobody knows where its bytes are'
  return null
}

/** `quarantined by Casey: wrong prices (until 2026-12-01 10:00 UTC)` */
export const quarantineSentence = ({ because, by, until }: { because: string; by: string; until: Date | null }): string => `quarantined by ${by}: ${because}${until ? ` (until ${moment(until)})` : ''}`

function whyChosen({ digest, knownGoodAt, stagedAt }: Candidate, region: string, running: Place['running']): string {
  const bytes = stagedAt ? `its bytes are in ${region} since ${moment(stagedAt)}` : 'its bytes will be staged first'
  const good = `the newest that is known good there, since ${moment(knownGoodAt)}`
  return running?.length && running.every((one) => one === digest) ? `${good}; it runs there already` : `${good}; ${bytes}`
}

function nothingToReturnTo(releases: readonly Judged[]): string {
  if (releases.length === 0) return 'no release of it is registered'
  return `there is nothing to go back to: ${releases.slice(0, 5).map(({ version, because }) => `${version}: ${because}`).join('; ')}`
}

const newestGoodFirst = (a: Candidate, b: Candidate): number =>
  time(b.knownGoodAt) - time(a.knownGoodAt) || Number(b.stagedAt !== null) - Number(a.stagedAt !== null) || b.registeredAt.getTime() - a.registeredAt.getTime()

const time = (at: Date | null): number => at?.getTime() ?? 0
/** `2026-12-01 10:00 UTC`, or `an unknown time`. */
const moment = (at: Date | null): string => (at ? `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'an unknown time')
