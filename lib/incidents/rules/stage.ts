import type { BoardView, IncidentStatus } from '../view.ts'

export type Stage = BoardView['incidents'][number]['stage']

export interface StageFacts {
  status: IncidentStatus
  hasPlan: boolean
  run: { status: 'pending' | 'running' | 'paused' | 'succeeded' | 'failed' | 'aborted' } | null
  validation: { status: 'measuring' | 'done' } | null
}

/** Where an incident is, for people who walk by. A rollback that is done is `checking`, never over. */
export function stageOf({ status, hasPlan, run, validation }: StageFacts): Stage {
  if (status === 'resolved' || status === 'closed') return 'resolved'
  if (status === 'monitoring') return 'watching'
  if (run?.status === 'pending' || run?.status === 'running' || run?.status === 'paused') return 'rolling back'
  if (run?.status === 'succeeded') return validation?.status === 'done' ? 'deciding' : 'checking'
  return run || hasPlan ? 'deciding' : 'noticed'
}
