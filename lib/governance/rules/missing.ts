import type { RequestStatus, VotingRole } from '../model.ts'

/** Who is still missing, in words. */
export function whoIsMissing({ status, need, have, roles, hasEditors }: { status: RequestStatus; need: number; have: number; roles: readonly VotingRole[]; hasEditors: boolean }): string {
  if (status === 'satisfied' && have >= need) return 'nobody'
  if (status !== 'pending' && status !== 'satisfied') return 'nobody: it is decided'
  return `${Math.max(0, need - have)} of ${need} still needed: ${roles.join(' or ')}, not ${hasEditors ? 'the requester or an editor' : 'the requester'}`
}
