import type { RequestStatus } from '../model.ts'

type Move = 'vote' | 'expire' | 'void' | 'withdraw'

const moves: Record<RequestStatus, readonly Move[]> = {
  pending: ['vote', 'expire', 'void', 'withdraw'],
  // An approval that nobody has used yet can still be taken back; time is checked when it is used.
  satisfied: ['void', 'withdraw'],
  rejected: [],
  expired: [],
  void: [],
  withdrawn: [],
}

const words: Record<RequestStatus, string> = {
  pending: 'is pending',
  satisfied: 'has been approved',
  rejected: 'has been rejected',
  expired: 'has expired',
  void: 'is void',
  withdrawn: 'has been withdrawn',
}

/** Null where a request in this state can be moved so, else why not. */
export const refusal = (status: RequestStatus, move: Move): string | null => (moves[status].includes(move) ? null : `this request ${words[status]}; nothing can be changed about it`)
