import { satisfies } from 'semver'
import type { Action, ReleaseFacts, TargetFacts } from '../../model.ts'
import type { Move, Refusal, World } from './world.ts'
import { isRefusal, refuse, whereIs } from './world.ts'

/** Something that an old release leaves behind and that has to be gone before a new one starts. */
export interface Purge {
  what: string
  action: Action
  because: string
}

interface Reader {
  target: TargetFacts
  stays: boolean
  release: ReleaseFacts
}

/**
 * What old releases leave and whatever runs afterwards in the same service could not read. That mix exists in every
 * order: either a purge removes it while nothing runs, or there is no plan.
 */
export function readResidue(world: World): ReadonlyMap<Move, readonly Purge[]> | Refusal {
  const readers = readersOf(world)
  const purges = new Map<Move, Purge[]>()
  for (const move of world.moves) {
    for (const from of move.old) {
      for (const left of from.residue.leaves) {
        const purge = judge(move, from, left, readers.get(move.target.service) ?? [])
        if (!purge) continue
        if (isRefusal(purge)) return purge
        const known = purges.get(move) ?? []
        if (!known.some(({ what }) => what === purge.what)) purges.set(move, [...known, purge])
      }
    }
  }
  return purges
}

/** What runs afterwards, by service, each release that reads anything once. */
function readersOf({ moves, stays }: World): Map<string, Reader[]> {
  const readers = new Map<string, Reader[]>()
  const add = (reader: Reader): void => {
    if (reader.release.residue.reads.length === 0) return
    const known = readers.get(reader.target.service) ?? []
    if (!known.some(({ release }) => release.digest === reader.release.digest)) readers.set(reader.target.service, [...known, reader])
  }
  for (const { target, to } of moves) add({ target, stays: false, release: to })
  for (const { target, now } of stays) for (const release of now) add({ target, stays: true, release })
  return readers
}

function judge(move: Move, from: ReleaseFacts, left: ReleaseFacts['residue']['leaves'][number], readers: readonly Reader[]): Purge | Refusal | null {
  for (const { target, stays, release } of readers) {
    const read = release.residue.reads.find(({ what, range }) => what === left.what && !satisfies(left.version, range, { includePrerelease: true }))
    if (!read) continue
    const leaves = `${move.target.service} ${from.version} leaves ${left.what} ${left.version} behind`
    const reads = `${target.service} ${release.version} reads ${left.what} ${read.range}`
    if (left.purge) return { what: left.what, action: left.purge, because: `${leaves}, and ${reads}` }
    return refuse(`${leaves}, and ${reads}: they would meet in every order, and nothing purges it`, [`${leaves}, and nothing purges it`, `${stays ? `${whereIs(target)} stays as it is: ` : ''}${reads}`], stays ? [target] : [])
  }
  return null
}
