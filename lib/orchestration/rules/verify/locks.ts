import { pairsOf } from './contracts.ts'
import type { Check, Place, Scene } from './scene.ts'
import { firstWrong } from './scene.ts'

const lockOf = ({ plan }: Scene, { target }: Place): string => `target:${plan.environment}/${target.service}/${target.region}`

/** A run is alone on what it moves and migrates. */
export const movesAreUnlocked: Check = (scene) => {
  const { plan } = scene
  const exclusive = new Set(plan.locks.exclusive)
  const unlocked = scene.places.find((place) => place.moved && !exclusive.has(lockOf(scene, place)))
  if (unlocked) return `${unlocked.name} is moved without its lock`
  const migrated = plan.migrations.find(({ database, region }) => !exclusive.has(`schema:${plan.environment}/${database}/${region ?? 'global'}`))
  return migrated ? `${migrated.database} of ${migrated.region ?? 'all regions'} is migrated without its lock` : null
}

/** It shares a lock with others on every neighbour with which something that moves has a pair. */
export const neighboursAreUnlocked: Check = (scene) => {
  const shared = new Set(scene.plan.locks.shared)
  return firstWrong(pairsOf(scene).pairs, ({ caller, provider }) => {
    const [mover, neighbour] = caller.moved ? [caller, provider] : [provider, caller]
    return neighbour.moved || shared.has(lockOf(scene, neighbour)) ? null : `${neighbour.name} has a contract with ${mover.name}, and nothing keeps it from being moved meanwhile`
  })
}
