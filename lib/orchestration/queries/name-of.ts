import type { Tx } from '#lib/platform/db.ts'

/** What people call an actor: a person's or a token's name, or what acted by itself as it calls itself. */
export async function nameOf(tx: Tx, actorId: string): Promise<string> {
  if (!/^[0-9a-f]{8}-/.test(actorId)) return actorId
  const person = await tx.person.findUnique({ where: { id: actorId }, select: { name: true } })
  return person?.name ?? (await tx.machineToken.findUnique({ where: { id: actorId }, select: { name: true } }))?.name ?? actorId
}
