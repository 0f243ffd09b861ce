import type { Action } from '#lib/orchestration/model.ts'
import type { Moment, Physics } from './physics.ts'
import { atEnd, atStart, isOut, newRuns, newServes, oldRuns, oldServes } from './physics.ts'

/** One act on the way: something begins or ends, for one target or one database. */
export type Act = { act: 'serve' | 'served' | 'drain' | 'stop' | 'start' | 'open'; mover: number } | { act: 'migrate'; database: number; from: number; to: number; action: Action }

/** Phases of a target, as bits, with the acts that lead on. Moving while it serves: old → both → new; behind a drain: old → drained → stopped → started → new. */
const both = oldRuns | oldServes | newRuns | newServes | isOut
const drained = oldRuns | isOut
const stopped = isOut
const started = newRuns | isOut
const onward = new Map<number, readonly { act: Exclude<Act['act'], 'migrate'>; to: number; through: number }[]>([
  [atStart, [{ act: 'serve', to: both, through: both }, { act: 'drain', to: drained, through: atStart | isOut }]],
  [both, [{ act: 'served', to: atEnd, through: both }]],
  [drained, [{ act: 'stop', to: stopped, through: drained }]],
  [stopped, [{ act: 'start', to: started, through: started }]],
  [started, [{ act: 'open', to: atEnd, through: started | newServes }]],
  [atEnd, []],
])

/**
 * Whether any way leads from the start to the end through nothing but allowed moments: every target by itself, in every order and
 * at the same time, migrations wherever the database is at the version they start from. The first way found, or null when all were tried.
 */
export function wayThrough(physics: Physics, options: { drains: boolean } = { drains: true }): Act[] | null {
  const { movers, first } = physics
  if (physics.hopeless || !physics.allows(first)) return null
  const seen = new Set<string>()
  const walk = (moment: Moment, path: Act[]): Act[] | null => {
    const key = `${moment.bits.join()};${moment.versions.join()}`
    if (seen.has(key)) return null
    seen.add(key)
    if (movers.every((mover) => moment.bits[mover] === atEnd)) return path
    for (const { act, through, to } of acts(physics, moment, options.drains)) {
      if (!through.every((one) => physics.allows(one)) || !physics.allows(to)) continue
      const found = walk(to, [...path, act])
      if (found) return found
    }
    return null
  }
  return walk(first, [])
}

function acts(physics: Physics, { bits, versions }: Moment, drains: boolean): { act: Act; through: Moment[]; to: Moment }[] {
  const moves = physics.movers.flatMap((mover) =>
    (onward.get(bits[mover] as number) ?? []).flatMap(({ act, to, through }) => {
      if (act === 'drain' && !drains) return []
      const needed = act === 'serve' || act === 'start' ? physics.purges(mover) : []
      // What nothing purges stays for good; the rest can be purged only while nothing of it runs.
      if (needed.includes(null) || (act === 'serve' && needed.length > 0)) return []
      const after = act === 'serve' || act === 'start' ? physics.start(mover, versions) : versions
      return [{ act: { act, mover }, through: [{ bits: bits.with(mover, through), versions: after }], to: { bits: bits.with(mover, to), versions: after } }]
    }),
  )
  const migrations = physics.databases.flatMap(({ undo }, database) =>
    undo.flatMap(({ from, to, action }) => (action && versions[database] === from ? [{ act: { act: 'migrate' as const, database, from, to, action }, through: [], to: { bits, versions: versions.with(database, to) } }] : [])),
  )
  return [...moves, ...migrations]
}
