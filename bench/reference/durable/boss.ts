import { PgBoss } from 'pg-boss'
import type { DurableEngine } from './engine.ts'

/** pg-boss with LISTEN: each job sends the next one. */
export async function startBoss(url: string): Promise<DurableEngine> {
  const boss = new PgBoss({ connectionString: url, useListenNotify: true })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue('step', { notify: true })
  const waiting = new Map<number, () => void>()
  let chains = 0
  await boss.work<{ chain: number; left: number }>('step', { pollingIntervalSeconds: 0.5 }, async ([job]) => {
    if (!job) return
    const { chain, left } = job.data
    if (left > 1) await boss.send('step', { chain, left: left - 1 })
    else setImmediate(() => waiting.get(chain)?.())
  })
  return {
    name: 'pg-boss, each job sends the next',
    async chain(steps) {
      const chain = ++chains
      const done = new Promise<void>((settle) => waiting.set(chain, settle))
      const from = performance.now()
      await boss.send('step', { chain, left: steps })
      await done
      waiting.delete(chain)
      return performance.now() - from
    },
    stop: () => boss.stop({ graceful: false }),
  }
}
