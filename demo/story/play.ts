import type { FaultOrder } from '../artifacts/draw-fault.ts'
import type { Stack } from '../stack.ts'
import { badRelease } from './bad-release.ts'
import { staysQuiet } from './marks.ts'
import { neighbours } from './neighbours.ts'
import { oneWay } from './one-way.ts'
import { staging } from './staging.ts'
import type { Story, Told } from './story.ts'
import { tell } from './story.ts'
import { wrongPrices } from './wrong-prices.ts'

/** How long Harbor is watched before anything is broken. */
const quietMs = 20_000

/** Every story by its name for the command line, in the order in which `all` tells them: each leaves Harbor well, the last on a newer release. */
export const stories = (fault: FaultOrder): Readonly<Record<string, Story>> => ({ main: badRelease(fault), staging, 'wrong-prices': wrongPrices, neighbours, 'one-way': oneWay })
export const storyNames = Object.keys(stories({ kind: 'errors' }))

/** Plays stories against real processes, one after the other, until one is not as told. */
export async function play(stack: Stack, names: readonly string[], fault: FaultOrder, say: (line: string) => void): Promise<{ name: string; told: Told }[]> {
  const all = stories(fault)
  // A rule that fires now fires for nothing, and what comes later is compared with this.
  await staysQuiet(stack, quietMs)
  say(`watched for ${quietMs / 1000} s with nothing wrong: no rule fired`)
  const played: { name: string; told: Told }[] = []
  for (const name of names) {
    const story = all[name]
    if (!story) throw new Error(`there is no story ${name}; there are ${storyNames.join(', ')}`)
    say(`\n${name}: ${story.name}`)
    const told = await tell(story, stack, say)
    played.push({ name, told })
    if (told.failed) break
  }
  return played
}
