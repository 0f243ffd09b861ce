import type { LockOwner } from '../model.ts'

/** Somebody who holds a lock alone, or shares it. */
export interface LockHolder {
  name: string
  mode: 'exclusive' | 'shared'
  ownerKind: string
  ownerId: string
  reason: string
  since: Date
}

/** The first who keeps an owner from taking what it wants: whoever holds it alone, and of what is wanted alone, whoever shares it. Null = nobody. */
export const whoIsInTheWay = (holders: readonly LockHolder[], { exclusive, owner }: { exclusive: ReadonlySet<string>; owner: LockOwner }): LockHolder | null =>
  holders.find((holder) => !(holder.ownerId === owner.id && holder.ownerKind === owner.kind) && (holder.mode === 'exclusive' || exclusive.has(holder.name))) ?? null
