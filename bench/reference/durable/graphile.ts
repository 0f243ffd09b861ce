import { Logger, run } from 'graphile-worker'
import type { DurableEngine } from './engine.ts'

/** graphile-worker: each job adds the next one, found by LISTEN. */
export async function startGraphile(url: string): Promise<DurableEngine> {
  const waiting = new Map<number, () => void>()
  let chains = 0
  const runner = await run({
    connectionString: url,
    concurrency: 1,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      async step(payload, { addJob }) {
        const { chain, left } = payload as { chain: number; left: number }
        if (left > 1) await addJob('step', { chain, left: left - 1 })
        else setImmediate(() => waiting.get(chain)?.())
      },
    },
  })
  return {
    name: 'graphile-worker, each job adds the next',
    async chain(steps) {
      const chain = ++chains
      const done = new Promise<void>((settle) => waiting.set(chain, settle))
      const from = performance.now()
      await runner.addJob('step', { chain, left: steps })
      await done
      waiting.delete(chain)
      return performance.now() - from
    },
    stop: () => runner.stop(),
  }
}
