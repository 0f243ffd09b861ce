import type { ReleaseFacts } from '../../model.ts'
import type { Database, Raise } from './databases.ts'
import { standsAt } from './schema-version.ts'
import type { Move, Precedence, Undo } from './world.ts'
import { byName } from './world.ts'

interface Order {
  precedences: readonly Precedence[]
  alone: ReadonlyMap<Move, string>
}

/** What has to be gone before the version changes, and what can only come after. */
export function orderAround(database: Database, now: number, chain: readonly Undo[]): Order {
  return chain.length > 0 ? aroundUndos(database, now, chain) : aroundRaises(database, now)
}

/** An old release that was broken before anything moved asks for nothing any more. */
const oldsOf = ({ users }: Database, now: number): { move: Move; release: ReleaseFacts }[] =>
  users.flatMap(({ move, old }) => (move ? old.filter((release) => release.digest !== move.to.digest && standsAt(release, now)).map((release) => ({ move, release })) : []))

const newsOf = ({ users }: Pick<Database, 'users'>): { move: Move; release: ReleaseFacts }[] => users.flatMap(({ move, after }) => (move ? after.map((release) => ({ move, release })) : []))

/** Where a broken target's old releases ask for nothing, its new one does not either. */
const asking = ({ users }: Database): ReturnType<typeof newsOf> => newsOf({ users: users.filter(({ broken, old }) => !broken || old.length > 0) })

function aroundUndos(database: Database, now: number, chain: readonly Undo[]): Order {
  const precedences: Precedence[] = chain.slice(1).map((then, index) => ({ first: chain[index] as Undo, then, because: `${database.name} is taken back one version at a time` }))
  for (const { move, release } of oldsOf(database, now)) {
    const first = chain.find((undo) => !standsAt(release, undo.to))
    if (first) precedences.push({ first: move, then: first, because: `${move.name} first: otherwise ${move.target.service} ${release.version} would run beside schema ${first.to} of ${database.name}, and it needs ${Math.max(release.schema?.reads[0] ?? 0, release.schema?.writes ?? 0)} at least` })
  }
  for (const { move, release } of newsOf(database)) {
    const again = chain.find((undo) => undo.to < (release.schema?.writes ?? 0))
    if (again) precedences.push({ first: move, then: again, because: `${move.name} first: otherwise ${move.target.service} ${release.version} would take ${database.name} up to ${release.schema?.writes} again`, apart: true })
  }
  for (const { move, release } of asking(database)) {
    const last = chain.findLast((undo) => undo.from > (release.schema?.reads[1] ?? Infinity))
    if (last) precedences.push({ first: last, then: move, because: `${database.name} goes from ${last.from} to ${last.to} first: otherwise ${move.target.service} ${release.version} would run beside schema ${last.from}, and it reads ${release.schema?.reads[1]} at most` })
  }
  return { precedences, alone: new Map() }
}

/** Starting a release takes the version up to what it writes: what cannot read that has to be gone, its own old release included. */
function aroundRaises(database: Database, now: number): Order {
  const precedences: Precedence[] = []
  const alone = new Map<Move, string>()
  const raising = newsOf(database).filter(({ release }) => (release.schema?.writes ?? 0) > now)
  const highest = Math.max(...raising.map(({ release }) => release.schema?.writes ?? 0))
  for (const { move, release } of oldsOf(database, now)) {
    const most = release.schema?.reads[1] ?? Infinity
    if (most >= highest) continue
    for (const { move: raiser, release: to } of raising) {
      const writes = to.schema?.writes ?? 0
      if (writes <= most) continue
      const otherwise = `${raiser.target.service} ${to.version} takes ${database.name} to schema ${writes}, which ${move.target.service} ${release.version} cannot read`
      if (raiser === move) alone.set(move, `${otherwise} while both run`)
      else precedences.push({ first: move, then: raiser, because: `${move.name} first: otherwise ${otherwise}` })
    }
  }
  return { precedences: [...precedences, ...afterSomeRaise(database, now, raising, asking(database), precedences)], alone }
}

/**
 * A release that reads only a version that others bring waits for one of those, whichever can go first: the first, by
 * traffic and name, that need not itself wait for it.
 */
function afterSomeRaise(database: Database, now: number, raising: ReturnType<typeof newsOf>, news: ReturnType<typeof newsOf>, so: readonly Precedence[]): Precedence[] {
  return news.flatMap(({ move, release }) => {
    const least = release.schema?.reads[0] ?? 0
    if (least <= now || least <= (release.schema?.writes ?? 0)) return []
    const bringers = raising
      .filter(({ move: raiser, release: to }) => raiser !== move && (to.schema?.writes ?? 0) >= least)
      .sort((a, b) => a.move.share - b.move.share || byName(a.move.name, b.move.name))
    const bringer = bringers.find(({ move: raiser }) => !so.some(({ first, then }) => first === move && then === raiser)) ?? bringers[0]
    return bringer ? [{ first: bringer.move, then: move, because: `${bringer.move.name} first: it takes ${database.name} to schema ${bringer.release.schema?.writes}, and ${move.target.service} ${release.version} needs ${least} at least`, starts: true }] : []
  })
}

/** What going up means for the way back. */
export function raisedBy({ name, region, facts }: Database, from: number, to: number): Raise {
  const undo = facts?.undo.find((step) => step.from === to)
  const where = `${name}${region ? ` in ${region}` : ''}`
  const door = undo?.action ? null : `${where} goes from schema ${from} to ${to}${undo ? ` and that cannot be undone: ${undo.because}` : ', and nothing says how that is undone'}`
  return { database: name, region, from, to, door }
}
