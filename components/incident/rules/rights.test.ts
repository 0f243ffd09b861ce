import { expect, test } from 'vitest'
import { permissionsOf } from '#lib/platform/may.ts'
import type { Me } from '#components/approval/rules/rights.ts'
import type { IncidentView } from '#lib/incidents/view.ts'
import { whyNotAsk, whyNotResolve, whyNotStart } from './rights.ts'

const commander: Me = { id: 'cam', roles: ['commander'], permissions: [...permissionsOf.commander] }
const viewer: Me = { id: 'vic', roles: ['viewer'], permissions: [...permissionsOf.viewer] }

function incident({ holder, holds = true, ok = true }: { holder: string | null; holds?: boolean; ok?: boolean }): IncidentView {
  return {
    seat: { holder: holder ? { id: holder, name: holder } : null, term: 1, takenAt: null },
    plan: { proof: { holds, because: 'us runs another release now' } },
    resolvable: { ok, because: 'nothing was measured yet' },
  } as unknown as IncidentView
}

test('only the seat starts', () => {
  expect(whyNotStart(commander, incident({ holder: 'cam' }))).toBeNull()
  expect(whyNotStart(commander, incident({ holder: null }))).toEqual({ kind: 'seat-empty' })
  expect(whyNotStart(commander, incident({ holder: 'dee' }))).toEqual({ kind: 'seat-taken', holder: 'dee' })
  expect(whyNotStart(viewer, incident({ holder: 'vic' }))).toEqual({ kind: 'role', needs: 'this needs the role commander' })
  expect(whyNotStart(undefined, incident({ holder: 'cam' }))).toEqual({ kind: 'loading' })
})

test('a plan whose proof no longer holds is neither started nor asked for', () => {
  const stale = incident({ holder: 'cam', holds: false })
  expect(whyNotStart(commander, stale)).toEqual({ kind: 'no-proof', because: 'us runs another release now' })
  expect(whyNotAsk(commander, stale)).toEqual({ kind: 'no-proof', because: 'us runs another release now' })
})

test('resolving says why not in the words of the server', () => {
  expect(whyNotResolve(commander, incident({ holder: 'cam', ok: false }))).toEqual({ kind: 'rule', because: 'nothing was measured yet' })
})

test('what is proven may be resolved by any responder; what is not, only by the commander', () => {
  const responder: Me = { id: 'ray', roles: ['responder'], permissions: [...permissionsOf.responder] }
  expect(whyNotResolve(responder, { ...incident({ holder: 'cam' }), status: 'monitoring' })).toBeNull()
  expect(whyNotResolve(responder, { ...incident({ holder: 'cam' }), status: 'mitigating' })).toEqual({ kind: 'seat-taken', holder: 'cam' })
})
