import type { Check, Place, Scene } from './scene.ts'

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
