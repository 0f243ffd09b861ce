import type { Tx } from '#lib/platform/db.ts'
import type { Scope } from '#lib/platform/may.ts'

/** Where an incident lies: its environment, its services and the teams that own them. */
export async function incidentScope(tx: Tx, incident: { projectId: string; environmentId: string; serviceIds: readonly string[] }): Promise<Scope> {
  const owners = await tx.service.findMany({ where: { id: { in: [...incident.serviceIds] } }, select: { teamId: true } })
  return { projectId: incident.projectId, environmentId: incident.environmentId, serviceIds: incident.serviceIds, teamIds: [...new Set(owners.map((service) => service.teamId))] }
}
