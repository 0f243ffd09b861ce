import type { ApprovalView } from '#lib/governance/view.ts'
import type { Permission } from '#lib/platform/may.ts'
import { needsRole } from '#lib/platform/may.ts'
import type { MeView } from '#lib/platform/view.ts'

/** Why a button cannot be pressed now; the screen turns it into a sentence. Null where it can. */
export type Why =
  | { kind: 'loading' }
  | { kind: 'role'; needs: string }
  | { kind: 'asked-yourself' }
  | { kind: 'edited-yourself' }
  | { kind: 'voted'; vote: 'approve' | 'reject'; at: string }
  | { kind: 'roles-of-policy'; roles: string }
  | { kind: 'expired' }
  | { kind: 'decided'; state: ApprovalView['state'] }
  | { kind: 'seat-empty' }
  | { kind: 'seat-taken'; holder: string }
  | { kind: 'no-proof'; because: string }
  | { kind: 'plan-changed' }
  | { kind: 'plan-unread' }
  | { kind: 'rule'; because: string }

export type Me = Pick<MeView, 'id' | 'roles' | 'permissions'>

/** Whether a person's roles allow something at all; where exactly is for the server to say. */
export const whyNot = (me: Me | undefined, permission: Permission): Why | null =>
  !me ? { kind: 'loading' } : me.permissions.includes(permission) ? null : { kind: 'role', needs: needsRole(permission) }

type Asked = Pick<ApprovalView, 'state' | 'requestedBy' | 'editors' | 'votes' | 'roles' | 'expiresAt'>

/** Whether this person may vote on this request at this moment: the same rules as the server's, told beforehand. */
export function whyNotVote(me: Me | undefined, approval: Asked, now: number | null): Why | null {
  if (!me) return { kind: 'loading' }
  const mine = approval.votes.find((vote) => vote.person.id === me.id)
  if (mine) return { kind: 'voted', vote: mine.vote, at: mine.at }
  if (approval.state !== 'pending') return { kind: 'decided', state: approval.state }
  if (now !== null && Date.parse(approval.expiresAt) <= now) return { kind: 'expired' }
  if (approval.requestedBy.id === me.id) return { kind: 'asked-yourself' }
  if (approval.editors.some((editor) => editor.id === me.id)) return { kind: 'edited-yourself' }
  const role = whyNot(me, 'approval.vote')
  if (role) return role
  if (!approval.roles.some((one) => me.roles.some((held) => held === one))) return { kind: 'roles-of-policy', roles: approval.roles.join(' or ') }
  return null
}
