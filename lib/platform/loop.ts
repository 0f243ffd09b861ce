import { isFault } from './fault.ts'
import { log } from './log.ts'

export interface Loop {
  stop(): Promise<void>
  /** Runs the next round now instead of after the pause. */
  wake(): void
}

/** A background round every `ms`, never two at once. Trouble is logged and the next round comes all the same. */
export function startLoop(name: string, ms: number, round: () => Promise<void>): Loop {
  let stopped = false
  let wake: () => void = () => {}
  let woken = false
  let troubled = false
  const loop = (async () => {
    while (!stopped) {
      woken = false
      try {
        await round()
        troubled = false
      } catch (error) {
        // Said once per spell of trouble: a database that is away would fill the log otherwise.
        if (!troubled) log(name).warn({ err: isFault(error) ? error.message : error }, 'a round failed; trying again')
        troubled = true
      }
      if (woken || stopped) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()
  return {
    wake: () => {
      woken = true
      wake()
    },
    stop: async () => {
      stopped = true
      wake()
      await loop
    },
  }
}
