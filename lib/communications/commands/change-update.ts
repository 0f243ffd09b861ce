import type { Context, Outcome } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { UpdateRow } from '../load.ts'
import type { UpdateView } from '../view.ts'

export interface UpdateChange {
  status: UpdateView['status']
  approvedBy?: string
  publishedBy?: string
  publishedAt?: Date
}

/** Writes a change under the version it was decided on; the record holds the text, so that what was said can be read for ever. */
export async function changeUpdate({ tx }: Context, update: UpdateRow, change: UpdateChange, payload: Record<string, unknown> = {}): Promise<Outcome<{ status: UpdateView['status'] }>> {
  const { count } = await tx.update.updateMany({ where: { id: update.id, version: update.version }, data: { ...change, version: { increment: 1 } } })
  if (count === 0) throw new Fault('conflict', 'somebody changed this update first; look again')
  return {
    result: { status: change.status },
    events: [{ name: 'update.changed', subject: update.id, version: update.version + 1, incidentId: update.incidentId, data: { audience: update.audience, status: change.status } }],
    record: { subjectKind: 'update', subjectId: update.id, incidentId: update.incidentId, payload: { audience: update.audience, phase: update.phase, text: update.text, ...payload } },
  }
}

/** What is decided on must be what was shown. */
export function refuseOtherText(update: UpdateRow, textDigest: string): void {
  if (update.textDigest !== textDigest) throw new Fault('conflict', 'textDigest: the text is not the one you were shown; read it again', { textDigest: update.textDigest })
}
