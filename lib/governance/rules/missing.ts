import type { RequestStatus } from '../model.ts'
import type { QuorumCount } from './tally.ts'

/** Who is still missing, in words. */
export function whoIsMissing({ status, quorums, hasEditors }: { status: RequestStatus; quorums: readonly QuorumCount[]; hasEditors: boolean }): string {
  const open = quorums.filter(({ have, need }) => have < need)
  if (status === 'satisfied' && open.length === 0) return 'nobody'
  if (status !== 'pending' && status !== 'satisfied') return 'nobody: it is decided'
  const not = `not ${hasEditors ? 'the requester or an editor' : 'the requester'}`
  const [only] = open
  if (open.length <= 1 && quorums.length === 1 && only) return `${only.need - only.have} of ${only.need} still needed: ${only.group}, ${not}`
  return `still needed: ${open.map(({ group, have, need }) => `${need - have} of ${need} from ${group}`).join(' and ')}, ${not}`
}
