import { DBOS } from '@dbos-inc/dbos-sdk'
import type { DurableEngine } from './engine.ts'

/** DBOS: one workflow whose steps are checkpointed one after the other. */
export async function startDbos(url: string): Promise<DurableEngine> {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error', runAdminServer: false })
  let done = 0
  const workflow = DBOS.registerWorkflow(
    async (steps: number) => {
      for (let position = 1; position <= steps; position++) await DBOS.runStep(async () => ++done, { name: `step ${position}` })
      return steps
    },
    { name: 'chain' },
  )
  await DBOS.launch()
  return {
    name: 'DBOS, one workflow',
    async chain(steps) {
      const from = performance.now()
      await workflow(steps)
      return performance.now() - from
    },
    stop: () => DBOS.shutdown(),
  }
}
