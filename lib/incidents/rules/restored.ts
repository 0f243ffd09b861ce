/** As much of a run as says which regions it touches and which are proven well again. */
export interface RestoredFacts {
  runRegions: readonly string[]
  /** Regions in which a rule broke; what counts before there is a run. */
  breachRegions: readonly string[]
  validation: readonly { region: string; verdict: 'pass' | 'fail' | 'no data' | null }[]
  /** Monitoring or resolved: all of it is proven or called over. */
  over: boolean
}

/** Rolled back is not restored: a region counts once every target in it passed its validation. */
export function regionsRestored({ runRegions, breachRegions, validation, over }: RestoredFacts): { restored: number; affected: number } {
  const affected = [...new Set(runRegions.length > 0 ? [...runRegions, ...breachRegions] : breachRegions)]
  const proven = (region: string): boolean => {
    const own = validation.filter((target) => target.region === region)
    return own.length > 0 && own.every((target) => target.verdict === 'pass')
  }
  return { restored: over ? affected.length : affected.filter(proven).length, affected: affected.length }
}
