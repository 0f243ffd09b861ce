import { Prisma } from '#lib/generated/prisma/client.ts'
import type { Tx } from '#lib/platform/db.ts'
import { shared } from '#lib/platform/runtime.ts'
import { loadSituation } from './load-situation.ts'
import type { PlanDocument, Situation } from './model.ts'

/**
 * Changes whenever anything does that a proof rests on: what runs where and how much of it has to, limits, windows in force,
 * schemas, which bytes are known. For a query in which `p` is a plan. Versions only grow, so that sums of them tell.
 */
export const worldStamp = Prisma.sql`concat_ws('|',
  (select concat_ws(':', count(*), sum(t.version), sum(hashtextextended(concat_ws('/', t.id, t.instances, t.min_up), 0))) from target t where t.environment_id = p.environment_id),
  (select md5(string_agg(l::text, '|' order by l.id)) from limit_rule l where l.environment_id = p.environment_id),
  (select md5(string_agg(w::text, '|' order by w.id)) from time_window w where w.project_id = p.project_id and w.opens_at <= now() and now() < w.closes_at),
  (select md5(string_agg(concat_ws('/', d.database, d.region, d.version), '|' order by d.database, d.region)) from database_schema d where d.environment_id = p.environment_id),
  (select count(*) from release r where r.project_id = p.project_id))`

interface Known {
  stamp: string
  situation: Situation
}

/** How many worlds a process keeps in mind, one a plan at work. */
const keep = 32
const known = (): Map<string, Known> => shared('worlds', () => new Map())

export interface Where {
  planId: string
  projectId: string
  environmentId: string
  document: PlanDocument
}

/**
 * The world in which a plan goes on. Read again only where its stamp, which comes from the caller's own transaction, is another
 * one; null = the caller has just changed the world itself. What was seen last counts here, however long ago:
 * agents that are away for a moment must not stop what was proven at its start.
 */
export async function worldNow(tx: Tx, { planId, projectId, environmentId, document }: Where, stamp: string | null, now: Date): Promise<Situation> {
  const worlds = known()
  const had = worlds.get(planId)
  if (had && had.stamp === stamp) return had.situation
  const goTo = new Map(document.moves.map((move) => [move.target, move.to.releaseId]))
  const { situation } = await loadSituation(tx, projectId, environmentId, document.purpose, (target) => goTo.get(target.id), now, undefined, Number.POSITIVE_INFINITY)
  // A world that may yet be rolled back is nobody else's: the same versions might come to mean something else.
  if (stamp === null) return situation
  worlds.delete(planId)
  for (const oldest of worlds.keys()) {
    if (worlds.size < keep) break
    worlds.delete(oldest)
  }
  worlds.set(planId, { stamp, situation })
  return situation
}
