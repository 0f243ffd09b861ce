import type { Check, Place, Scene } from './scene.ts'
import { firstWrong, stepsOf } from './scene.ts'

/** What moves together: all are closed before any stops, all are stopped before anything is changed or started, all are verified before any opens. */
export const groupsAreWrong: Check = (scene) => {
  const { plan, places } = scene
  const keys = new Set(plan.groups.map((group) => group.key))
  if (keys.size !== plan.groups.length) return 'two groups have the same key'
  const named = [...plan.moves, ...plan.migrations].find((one) => one.group !== null && !keys.has(one.group))
  if (named) return `something moves with ${named.group ?? ''}, which is not a group of the plan`
  const members = new Map<string, Place[]>()
  for (const place of places) {
    const group = place.moved?.move.group
    if (group) members.set(group, [...(members.get(group) ?? []), place])
  }
  return firstWrong(plan.groups, ({ key }) => groupIsWrong(members.get(key) ?? [], key, scene))
}

function groupIsWrong(members: readonly Place[], group: string, scene: Scene): string | null {
  const drains: string[] = []
  const stops: string[] = []
  const changes: string[] = scene.plan.migrations.filter((migration) => migration.group === group).map((migration) => migration.step)
  const verifies: string[] = []
  const opens: string[] = []
  for (const { target, moved } of members) {
    if (!moved?.by.drain) continue
    const { deploy, verify, drain } = moved.by
    drains.push(drain.drain)
    stops.push(drain.stop)
    changes.push(deploy, ...stepsOf(scene, target.targetId, 'purge').map((step) => step.key))
    verifies.push(verify)
    opens.push(drain.open)
  }
  return allBefore(drains, stops, scene, 'all that moves together is closed before any of it stops') ?? allBefore(stops, changes, scene, 'all that moves together is stopped before anything of it is changed or started') ?? allBefore(verifies, opens, scene, 'all that moves together is verified before any of it opens')
}

function allBefore(firsts: readonly string[], thens: readonly string[], { order }: Scene, rule: string): string | null {
  const early = order.allBefore(firsts)
  return firstWrong(thens, (then) => {
    const first = early(then)
    return first === null ? null : `${then} does not wait for ${first}: ${rule}`
  })
}
