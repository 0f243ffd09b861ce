import { circles } from './circles.ts'
import { lighter } from './lighter.ts'
import type { Limit } from './limits.ts'
import type { Purge } from './residue.ts'
import type { Move, Mover, Precedence, Undo } from './world.ts'
import { byName, whereIs } from './world.ts'

/** What moves as one: a target that serves meanwhile, a schema version that is taken back, or a group behind a drain. */
export interface Unit {
  /** The first of its movers by name; no two units have the same. */
  name: string
  moves: readonly Move[]
  undos: readonly Undo[]
  /** Why it moves behind a drain; null where it does not. */
  drained: string | null
  /** Members that cannot be in the group without being drained. */
  mustDrain: ReadonlySet<Move>
  /** Of a group, what moves (or is taken back) one after the other while the rest is behind the drain; mostly nothing: all of it is. */
  serving: readonly Mover[]
  /** Units that are done before it begins, each with its first reason. */
  after: readonly { unit: Unit; because: string }[]
  /** What holds the group together: the precedences among its members. */
  inside: readonly Precedence[]
}

/** A group is explained by so many reasons at most. */
const mostReasons = 5

/** What single targets ask for, whatever the others do. */
export interface Needs {
  /** Targets whose databases forbid that old and new run at once. */
  alone: ReadonlyMap<Move, string>
  purges: ReadonlyMap<Move, readonly Purge[]>
}

/**
 * The finest units: what asks for each other in a circle moves together, nothing else does; less of it behind the
 * drain where limits ask for that. Each unit comes after those that it waits for.
 */
export function unitsOf(movers: readonly Mover[], precedences: readonly Precedence[], needs: Needs, limits: readonly Limit[]): Unit[] {
  const before = new Map<Mover, Precedence[]>(movers.map((mover) => [mover, []]))
  for (const precedence of precedences) before.get(precedence.then)?.push(precedence)
  const unitOf = new Map<Mover, Unit>()
  return circles(movers, (mover) => (before.get(mover) ?? []).map(({ first }) => first)).map((members) => {
    const own = new Set(members)
    const asked = members.flatMap((mover) => before.get(mover) ?? [])
    const after = new Map<Unit, string>()
    for (const { first, because } of asked) {
      const unit = unitOf.get(first)
      if (unit && !after.has(unit)) after.set(unit, because)
    }
    const moves = members.filter((mover) => mover.kind === 'move').sort((a, b) => byName(a.name, b.name))
    const undos = members.filter((mover) => mover.kind === 'undo').sort((a, b) => byName(a.database, b.database) || byName(a.region ?? '', b.region ?? '') || b.from - a.from)
    const inside = asked.filter(({ first }) => own.has(first))
    const each = moves.map((move) => ({ move, why: whyDrained(move, needs) }))
    const reasons = [...inside.map(({ because }) => because), ...each.flatMap(({ why }) => why)]
    const unit = lighter({
      name: members.map(({ name }) => name).sort(byName)[0] ?? '', moves, undos, inside, serving: [],
      mustDrain: new Set(each.flatMap(({ move, why }) => (why.length > 0 ? [move] : []))),
      drained: reasons.length > 0 ? [...new Set(reasons.slice(0, mostReasons)), ...(reasons.length > mostReasons ? [`and ${reasons.length - mostReasons} more of the kind`] : [])].join('; ') : null,
      after: [...after].map(([other, because]) => ({ unit: other, because })),
    }, limits)
    for (const mover of members) unitOf.set(mover, unit)
    return unit
  })
}

/** Why a target cannot move while it serves. Where nothing runs, nothing can be in its way. */
function whyDrained(move: Move, { alone, purges }: Needs): string[] {
  const { target, old, to } = move
  const running = target.running ?? []
  if (running.length === 0) return []
  const where = whereIs(target)
  const beside = running.some(({ digest }) => digest !== to.digest) ? [to, ...old].find((release) => !release.besideItself) : undefined
  const schema = alone.get(move)
  return [
    ...(beside ? [`${where}: ${beside.version} cannot run beside another release of itself`] : []),
    ...(target.instances - 1 < target.minUp ? [`${where} has ${target.instances} ${target.instances === 1 ? 'instance' : 'instances'} and needs ${target.minUp} up: replacing one would leave too few`] : []),
    ...(schema ? [`${where}: ${schema}`] : []),
    ...(purges.get(move) ?? []).map(({ because }) => because),
  ]
}
