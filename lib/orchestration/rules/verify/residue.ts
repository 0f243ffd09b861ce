import { satisfies } from 'semver'
import { sameAction } from './same.ts'
import type { Check, Place, Scene } from './scene.ts'
import { firstWrong, stepsOf } from './scene.ts'

/** What an old release leaves is there after it has stopped: the new one can read it, or it is purged between the two. Nothing else is purged. */
export const residueIsWrong: Check = (scene) => firstWrong(scene.places, (place) => leftoversAreWrong(place, scene) ?? purgesAreWrong(place, scene))

function leftoversAreWrong(place: Place, scene: Scene): string | null {
  const { name, target, moved } = place
  if (!moved) return null
  return firstWrong(leftBy(place), ({ what, version, purge, by }) => {
    const range = moved.to.residue.reads.find((read) => read.what === what && !satisfies(version, read.range, { includePrerelease: true }))?.range
    if (range === undefined) return null
    const problem = `${name} ${moved.to.version} reads ${what} ${range}, and ${by} leaves ${version} behind`
    if (!purge) return `${problem}, which nothing can purge`
    const stop = moved.by.drain?.stop
    if (!stop) return `${problem}, which can be purged only while nothing of it runs`
    const purged = stepsOf(scene, target.targetId, 'purge').some((step) => sameAction(step, purge) && scene.order.before(stop, step.key) && scene.order.before(step.key, moved.by.deploy))
    return purged ? null : `${problem}; nothing purges it between ${stop} and ${moved.by.deploy}`
  })
}

function purgesAreWrong(place: Place, scene: Scene): string | null {
  const { name, target, moved } = place
  const declared = leftBy(place)
  return firstWrong(stepsOf(scene, target.targetId, 'purge'), (step) => {
    if (!declared.some(({ purge }) => purge && sameAction(step, purge))) return `${step.key} would purge what no release of ${name} says it leaves`
    const stop = moved?.by.drain?.stop
    return stop && scene.order.before(stop, step.key) && scene.order.before(step.key, moved.by.deploy) ? null : `${step.key} would purge while something of ${name} runs`
  })
}

const leftBy = ({ old, moved }: Place): { what: string; version: string; purge: { kind: string; params: Record<string, unknown> } | null; by: string }[] =>
  old.filter((release) => release.digest !== moved?.to.digest).flatMap((release) => release.residue.leaves.map((left) => ({ ...left, by: release.version })))
