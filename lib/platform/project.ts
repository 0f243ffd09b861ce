import type { Actor } from './actor.ts'
import type { Tx } from './db.ts'
import { Fault } from './fault.ts'

/** The project an actor works in: its own, the first it was granted, or the only one. */
export async function projectOf(tx: Tx, actor: Actor): Promise<string> {
  if (actor.kind === 'machine' || actor.kind === 'agent') return actor.projectId
  if (actor.kind === 'person' && actor.grants[0]) return actor.grants[0].projectId
  const project = await tx.project.findFirst({ orderBy: { createdAt: 'asc' } })
  if (!project) throw new Fault('not_found', 'there is no project yet')
  return project.id
}
