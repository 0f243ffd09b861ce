import type { Needs } from '../model.ts'

export interface Vote {
  personId: string
  vote: 'approve' | 'reject'
  at: Date
}

export interface Question {
  votes: readonly Vote[]
  requestedBy: string
  editors: readonly string[]
  needs: Needs
  /** Whose voices a person is in a group: their own, or those of members they stand in for. Empty = none: they may not, or not any more. */
  voices: (personId: string, group: string) => readonly string[]
}

export interface QuorumCount {
  group: string
  need: number
  have: number
}

export interface Tally {
  state: 'pending' | 'satisfied' | 'rejected'
  /** Approvals that fill a place. */
  have: number
  need: number
  quorums: QuorumCount[]
  /** In the order of the votes; `because` says why one does not count. */
  counted: { personId: string; counts: boolean; because: string | null }[]
}

/**
 * Counts votes: nobody twice, never whoever asked or edited, only people who may still vote. Somebody in two groups fills one place, in
 * whichever group it helps most; a member and their delegate are one voice. One rejection that counts rejects.
 */
export function tally({ votes, requestedBy, editors, needs, voices }: Question): Tally {
  const mayFill = (personId: string): boolean => needs.quorums.some((quorum) => voices(personId, quorum.group).length > 0)
  const counted = votes.map(({ personId }, n) => {
    const because = doesNotCount(personId, votes.findIndex((vote) => vote.personId === personId) < n)
    return { personId, counts: because === null, because }
  })
  function doesNotCount(personId: string, again: boolean): string | null {
    if (personId === requestedBy) return 'asked for it, so somebody else decides'
    if (editors.includes(personId)) return 'changed the plan, so somebody else decides'
    if (again) return 'voted before; nobody counts twice'
    if (!mayFill(personId)) return 'no longer has a role whose vote counts'
    return null
  }
  const valid = votes.filter((_, n) => counted[n]?.counts)
  const quorums = fillPlaces(needs, valid.filter((vote) => vote.vote === 'approve'), voices)
  const rejected = valid.some((vote) => vote.vote === 'reject')
  const full = quorums.length > 0 && quorums.every(({ have, need }) => have >= Math.max(1, need))
  return { state: rejected ? 'rejected' : full ? 'satisfied' : 'pending', have: sum(quorums.map((one) => one.have)), need: sum(quorums.map((one) => one.need)), quorums, counted }
}

/**
 * By the policy as it was when it was asked, and as it is: both have to be met, so that no newer revision ever makes a request easier. What is
 * shown is the one that lacks more.
 */
export function stricterTally(then: Tally, now: Tally): Tally {
  const lacks = ({ need, have }: Tally): number => need - have
  const shown = lacks(now) > lacks(then) || (lacks(now) === lacks(then) && now.need > then.need) ? now : then
  const state = [then.state, now.state].includes('rejected') ? 'rejected' : then.state === 'satisfied' && now.state === 'satisfied' ? 'satisfied' : 'pending'
  return { ...shown, state, counted: then.counted.map((one, n) => (one.counts ? (now.counted[n] ?? one) : one)) }
}

/**
 * As many places as can be filled at once: augmenting paths from person to place, where a place is a group's and is taken under one voice.
 * Small: a request has a handful of voters.
 */
function fillPlaces(needs: Needs, approvals: readonly Vote[], voices: Question['voices']): QuorumCount[] {
  interface Seat {
    group: string
    voice: string
    person: string
  }
  const taken: Seat[] = []
  const capacity = new Map(needs.quorums.map(({ group, approvals }) => [group, Math.max(1, approvals)]))
  const sits = sittings(needs, approvals, voices)
  const places = (person: string): Seat[] => needs.quorums.flatMap(({ group }) => (sits(person, group) ? voices(person, group).map((voice) => ({ group, voice, person })) : []))

  /** Gives the person a place, moving others where that frees one. `tried` keeps it from going in circles. */
  function seat(person: string, tried: Set<string>): boolean {
    for (const place of places(person)) {
      const key = JSON.stringify([place.group, place.voice])
      if (tried.has(key)) continue
      tried.add(key)
      const under = taken.find((one) => one.group === place.group && one.voice === place.voice)
      const inWay = under ? [under] : taken.filter((one) => one.group === place.group).length < (capacity.get(place.group) ?? 0) ? [] : taken.filter((one) => one.group === place.group)
      if (inWay.length === 0) {
        taken.push(place)
        return true
      }
      for (const other of inWay) {
        // Ours goes in first, so that the other does not come back to the place that it frees.
        taken.splice(taken.indexOf(other), 1, place)
        if (seat(other.person, tried)) return true
        taken.splice(taken.indexOf(place), 1, other)
      }
    }
    return false
  }
  for (const { personId } of approvals) seat(personId, new Set())
  return needs.quorums.map(({ group, approvals: need }) => ({ group, need, have: taken.filter((one) => one.group === group).length }))
}

/** A group that meets counts only what was said within its minutes of the newest word. */
function sittings(needs: Needs, approvals: readonly Vote[], voices: Question['voices']): (person: string, group: string) => boolean {
  const from = new Map(
    needs.quorums.flatMap(({ group, meetingMinutes }) => {
      if (meetingMinutes === null) return []
      const newest = Math.max(...approvals.filter((vote) => voices(vote.personId, group).length > 0).map((vote) => vote.at.getTime()))
      return [[group, newest - meetingMinutes * 60_000] as const]
    }),
  )
  return (person, group) => {
    const since = from.get(group)
    return since === undefined || approvals.some((vote) => vote.personId === person && vote.at.getTime() >= since)
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
