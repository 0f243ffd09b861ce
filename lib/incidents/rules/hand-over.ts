/** What there is to hand over, as it was just read. Times as ISO. */
export interface HandOverFacts {
  number: number
  severity: string
  status: string
  run: { status: string; because: string | null } | null
  decisions: readonly { sentence: string; have: number; need: number; missing: string; until: string; mayVote: number }[]
  exceptions: readonly { what: string; owner: string | null; until: string }[]
  /** Locks that the run holds, by name. */
  locks: readonly string[]
  /** The last word to each audience, and when the next was promised. */
  told: readonly { audience: string; at: string; nextBy: string | null }[]
  breaches: readonly { rule: string; service: string; region: string }[]
  /** What cannot be undone about the plan that stands, or null. */
  oneWay: string | null
}

/** One thing to be read back. The key stays while the thing does. */
export interface KeyFact {
  key: string
  sentence: string
}

export interface Packet {
  facts: KeyFact[]
  /** What belongs to nobody: until it does, command is not handed over. */
  unowned: string[]
}

/** What whoever takes over has to know, in the order in which it hurts to miss it. Without ages: a fact that only grows older is the same fact. */
export function handOverPacket(facts: HandOverFacts): Packet {
  const { run } = facts
  const list: KeyFact[] = [
    { key: 'status', sentence: `INC-${facts.number} is ${facts.severity} and ${facts.status}` },
    { key: 'run', sentence: run ? `The rollback is ${run.status}${run.because ? `: ${run.because}` : ''}` : 'No rollback has been started' },
    ...facts.decisions.map((one, n) => ({ key: `decision ${n + 1}`, sentence: `To decide until ${one.until}: ${one.sentence} (${one.have} of ${one.need}; ${one.missing})` })),
    ...facts.told.flatMap((one) => (one.nextBy ? [{ key: `promise ${one.audience}`, sentence: `The next word to ${one.audience} is promised by ${one.nextBy}` }] : [])),
    ...facts.exceptions.map((one, n) => ({ key: `exception ${n + 1}`, sentence: `Left abnormal until ${one.until}: ${one.what} (${one.owner ?? 'nobody’s'})` })),
    ...(facts.locks.length > 0 ? [{ key: 'locks', sentence: `Locked: ${facts.locks.join(', ')}` }] : []),
    ...(facts.breaches.length > 0 ? [{ key: 'risk breaches', sentence: `In breach now: ${facts.breaches.map((one) => `${one.rule} of ${one.service} in ${one.region}`).join('; ')}` }] : []),
    ...(facts.oneWay ? [{ key: 'risk one-way', sentence: `Cannot be undone: ${facts.oneWay}` }] : []),
    { key: 'told', sentence: facts.told.length > 0 ? `Told: ${facts.told.map((one) => `${one.audience} at ${one.at}`).join(', ')}` : 'Nobody has been told anything yet' },
  ]
  const unowned = [
    ...facts.exceptions.flatMap((one) => (one.owner === null ? [`left abnormal and nobody’s: ${one.what}`] : [])),
    ...facts.decisions.flatMap((one) => (one.mayVote === 0 ? [`a decision that nobody may vote on: ${one.sentence}`] : [])),
  ]
  return { facts: list, unowned }
}

/** What somebody has not read back yet, or null where it is all. */
export function notReadBack(packet: Packet, readBack: readonly string[]): string | null {
  const missing = packet.facts.filter((fact) => !readBack.includes(fact.key))
  return missing.length > 0 ? `read these back too: ${missing.map((fact) => fact.sentence).join('; ')}` : null
}
