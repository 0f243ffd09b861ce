import type { StepDocument } from '../../model.ts'
import { sameAction } from './same.ts'
import type { Check, Place, Scene } from './scene.ts'
import { firstWrong, stepsOf } from './scene.ts'

/** Each move by itself: its steps in their order, what would undo it held, and what it is beside while it serves. */
export const movesAreWrong: Check = (scene) => firstWrong(scene.places, (place) => (place.moved ? turnIsWrong(place, scene) ?? holdIsWrong(place, scene) ?? besideIsWrong(place) : null))

function turnIsWrong({ name, moved }: Place, { order }: Scene): string | null {
  if (!moved) return null
  const { stage, deploy, verify, drain } = moved.by
  if (!order.before(stage, deploy)) return `${name} is switched before its bytes are there`
  if (!order.before(deploy, verify)) return `${name} is verified before it is switched`
  if (!drain) return null
  if (!order.before(stage, drain.drain)) return `${name} is closed before the bytes it waits for are there`
  if (!order.before(drain.drain, drain.stop)) return `${name} is stopped before its traffic is closed`
  if (!order.before(drain.stop, deploy)) return `${name} is started before its old instances are stopped`
  return order.before(verify, drain.open) ? null : `${name} is opened before it is verified`
}

/** A controller that watches a target would bring the old release back while it moves. */
function holdIsWrong({ name, target, moved }: Place, scene: Scene): string | null {
  if (!moved) return null
  const holds = stepsOf(scene, target.targetId, 'hold')
  if (!target.reconciler) return holds[0] ? `${holds[0].key} holds what nothing would undo` : null
  const { hold, name: reconciler } = target.reconciler
  const first = moved.by.drain?.drain ?? moved.by.deploy
  const wrong = holds.find((step) => !sameAction(step, hold))
  if (wrong) return `${wrong.key} does not hold ${reconciler} as it says it is held`
  return holds.some((step: StepDocument) => scene.order.before(step.key, first)) ? null : `${reconciler} would undo the move of ${name}, and nothing holds it before`
}

function besideIsWrong({ name, target, old, moved }: Place): string | null {
  if (!moved || moved.by.drain) return null
  if (target.instances - 1 < target.minUp) return `${name} cannot spare an instance: it has ${target.instances}, and ${target.minUp} have to be up`
  const others = old.filter((release) => release.digest !== moved.to.digest)
  const alone = others.length > 0 ? [...others, moved.to].find((release) => !release.besideItself) : undefined
  return alone ? `${name} would run ${others.map((release) => release.version).join(' and ')} and ${moved.to.version} at once, and ${alone.version} cannot run beside another` : null
}
