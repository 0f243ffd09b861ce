export interface Vote {
  personId: string
  vote: 'approve' | 'reject'
}

export interface Question {
  votes: readonly Vote[]
  requestedBy: string
  editors: readonly string[]
  need: number
  /** People who may still vote: not disabled, and with a role that the policy names. */
  eligible: ReadonlySet<string>
}

export interface Tally {
  state: 'pending' | 'satisfied' | 'rejected'
  /** Approvals that count. */
  have: number
  /** In the order of the votes; `because` says why one does not count. */
  counted: { personId: string; counts: boolean; because: string | null }[]
}

/** Counts votes: nobody twice, never whoever asked or edited, only people who may still vote. One rejection that counts rejects. */
export function tally({ votes, requestedBy, editors, need, eligible }: Question): Tally {
  const counted = votes.map(({ personId }, n) => {
    const because = doesNotCount(personId, votes.findIndex((vote) => vote.personId === personId) < n)
    return { personId, counts: because === null, because }
  })
  function doesNotCount(personId: string, again: boolean): string | null {
    if (personId === requestedBy) return 'asked for it, so somebody else decides'
    if (editors.includes(personId)) return 'changed the plan, so somebody else decides'
    if (again) return 'voted before; nobody counts twice'
    if (!eligible.has(personId)) return 'no longer has a role whose vote counts'
    return null
  }
  const valid = votes.filter((_, n) => counted[n]?.counts)
  const have = valid.filter((vote) => vote.vote === 'approve').length
  const rejected = valid.some((vote) => vote.vote === 'reject')
  return { state: rejected ? 'rejected' : have >= Math.max(1, need) ? 'satisfied' : 'pending', have, counted }
}
