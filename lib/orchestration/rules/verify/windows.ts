import type { Check } from './scene.ts'
import { firstWrong } from './scene.ts'

/** Nothing moves in maintenance; in a freeze nothing is deployed, and only a rollback that the freeze lets pass. */
export const windowsAreWrong: Check = ({ plan, world }) => {
  const moving = new Map(plan.moves.map((move) => [move.target, move]))
  return firstWrong(world.windows, (window) => {
    if (window.kind === 'freeze' && plan.purpose === 'rollback' && window.rollback) return null
    const caught = window.targetIds.map((id) => moving.get(id)).find((move) => move !== undefined)
    return caught ? `${caught.service} in ${caught.region} is in the ${window.kind} ${window.name} until ${window.until}` : null
  })
}
