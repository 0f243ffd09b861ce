import { beginningOf, jsonOf } from '../ask.ts'
import { Because } from '../because.ts'
import type { HttpSwitch } from '../config-actions.ts'
import type { Holes } from '../fill-request.ts'
import { askTemplate } from '../fill-request.ts'
import { valueAt } from '../json-path.ts'
import type { ActionTools } from './step.ts'

/** Something that is on or off and can be asked. */
export interface Switch {
  isOn(): Promise<boolean>
  set(on: boolean): Promise<void>
}

/** A switch behind a configured address. */
export function httpSwitch(what: string, { get, is, on, off }: HttpSwitch, holes: Holes, tools: ActionTools): Switch {
  const must = async (template: HttpSwitch['get'], more: Holes): Promise<unknown> => {
    const answer = await askTemplate(template, { ...holes, ...more }, tools)
    if (answer.status < 200 || answer.status > 299) throw new Because(`${what}: ${new URL(template.url).host} answered ${answer.status}: ${beginningOf(answer.text)}`)
    return jsonOf(answer)
  }
  return {
    async isOn() {
      const found = valueAt(await must(get, {}), is)
      if (typeof found !== 'boolean') throw new Because(`${what}: it cannot be told whether it is on: ${is} is ${JSON.stringify(found) ?? 'not there'}`)
      return found
    },
    async set(wanted) {
      await must(wanted ? on : off, { on: wanted })
    },
  }
}

/** Looks, sets what is not so yet, and looks again. */
export async function turn(what: string, it: Switch, wanted: boolean, { log }: Pick<ActionTools, 'log'>): Promise<{ was: boolean; is: boolean }> {
  const word = (on: boolean): string => (on ? 'on' : 'off')
  const was = await it.isOn()
  if (was === wanted) {
    log(`${what} is ${word(was)} already`)
    return { was, is: was }
  }
  await it.set(wanted)
  const is = await it.isOn()
  if (is !== wanted) throw new Because(`${what} was turned ${word(wanted)}, but is ${word(is)}`, { was, is })
  log(`${what} is ${word(is)}`)
  return { was, is }
}
