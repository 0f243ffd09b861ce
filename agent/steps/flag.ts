import { readFileSync } from 'node:fs'
import { Because } from '../because.ts'
import { writeWhole } from '../write-whole.ts'
import type { Switch } from './http-switch.ts'
import { httpSwitch, turn } from './http-switch.ts'
import type { ActionStep } from './step.ts'

/** Turns one flag on or off, where the configuration says flags are kept. */
export const flag: ActionStep<'flag'> = async ({ provider, flag: name, on }, tools) => {
  const held = tools.settings.flags[provider]
  if (!held) throw new Because(`provider: ${provider} is not in this agent’s configuration (flags)`)
  const what = `the flag ${name}`
  const it = held.kind === 'file' ? fileSwitch(held.path, name) : httpSwitch(what, held, { flag: name }, tools)
  return turn(what, it, on, tools)
}

/** A JSON file of flags, replaced as a whole. A flag that is not in it does not exist, and is not made up. */
function fileSwitch(path: string, name: string): Switch {
  const read = (): Record<string, unknown> => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    } catch (error) {
      throw new Because(`the file of flags cannot be read (${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'})`)
    }
  }
  const valueIn = (flags: Record<string, unknown>): boolean => {
    const value = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (typeof value !== 'boolean') throw new Because(`the file of flags has no flag ${name} that is true or false`)
    return value
  }
  return {
    isOn: () => Promise.resolve().then(() => valueIn(read())),
    set: (on) =>
      Promise.resolve().then(() => {
        const flags = read()
        valueIn(flags)
        writeWhole(path, `${JSON.stringify({ ...flags, [name]: on }, null, 2)}\n`)
      }),
  }
}
