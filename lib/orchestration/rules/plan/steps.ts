import type { Action, ReleaseFacts } from '../../model.ts'
import type { Purge } from './residue.ts'
import type { Draft } from './weave.ts'
import type { Move, Undo } from './world.ts'
import { byName, whereIs } from './world.ts'

const second = 1_000
const minute = 60 * second

export const bytesOf = ({ version, digest, url }: ReleaseFacts): { version: string; digest: string; url: string } => ({ version, digest, url })
export const undoKey = (undo: Undo): string => `migrate:${undo.name}`
export const schemaPlace = ({ database, region }: Pick<Undo, 'database' | 'region'>): string => `${database}${region ? ` in ${region}` : ''}`

const ofTarget = ({ name, target, region }: Move, role: Draft['role'], params: Record<string, unknown>, timeoutMs: number, done: string): Draft => ({
  key: `${role}:${name}`, role, action: { kind: role, params: { service: target.service, ...params } }, target, region, repeatable: true, timeoutMs, done,
})

/** How a purge or a migration is asked whether it was done already; null where it cannot be. SQL without statements only looks. */
function checkOf({ kind, params }: Action): Action | null {
  const check = params['check']
  if (kind === 'sql' && typeof check === 'string') return { kind, params: { ...params, statements: [] } }
  return typeof check === 'object' && check !== null && !Array.isArray(check) ? { kind, params: { ...check } } : null
}

export const snapshot = (move: Move): Draft => ofTarget(move, 'snapshot', {}, 30 * second, `the configuration of ${whereIs(move.target)} is kept`)
export const stage = (move: Move): Draft => ofTarget(move, 'stage', { release: bytesOf(move.to) }, 2 * minute, `${move.region} holds the bytes of ${move.target.service} ${move.to.version}`)

export function hold(move: Move): Draft | null {
  const { reconciler } = move.target
  if (!reconciler) return null
  return { ...ofTarget(move, 'hold', {}, minute, `${reconciler.name} is held for ${whereIs(move.target)}`), action: reconciler.hold }
}

export const drain = (move: Move): Draft => ofTarget(move, 'drain', {}, minute, `${whereIs(move.target)} serves nobody`)
export const stop = (move: Move): Draft => ofTarget(move, 'stop', {}, minute, `${whereIs(move.target)} is stopped`)

export const purge = (move: Move, { what, action }: Purge): Draft => ({
  key: `purge:${move.name}:${what}`, role: 'purge', action, target: move.target, region: move.region, repeatable: false, timeoutMs: 5 * minute, check: checkOf(action), done: `the ${what} of ${whereIs(move.target)} are gone`,
})

export const migrate = (undo: Undo): Draft => ({
  key: undoKey(undo), role: 'migrate', action: undo.action, target: null, region: undo.reachedFrom, repeatable: false, timeoutMs: 10 * minute,
  check: checkOf(undo.action), done: `${schemaPlace(undo)} is at schema ${undo.to}`,
})

/** `closed`: started without traffic, consumers and jobs; `open` lets them in. */
export function deploy(move: Move, closed: boolean): Draft {
  const { target, to } = move
  const from = [...new Set((target.running ?? []).map(({ digest }) => digest))].sort(byName)
  return { ...ofTarget(move, 'deploy', { to: bytesOf(to), from, instances: target.instances, ...whenClosed(closed) }, 3 * minute, `${target.service} ${to.version} runs in ${move.region}`), repeatable: target.repeatable }
}

export const verify = (move: Move, closed: boolean): Draft =>
  ofTarget(move, 'verify', { digest: move.to.digest, instances: move.target.instances, ...whenClosed(closed) }, minute, `${move.target.service} ${move.to.version} ${closed ? 'is checked' : 'serves'} in ${move.region}`)

export const open = (move: Move): Draft => ofTarget(move, 'open', { digest: move.to.digest, instances: move.target.instances }, minute, `${move.target.service} ${move.to.version} serves in ${move.region}`)

const whenClosed = (closed: boolean): { closed?: true } => (closed ? { closed: true } : {})
