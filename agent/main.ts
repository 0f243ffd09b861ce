/** The agent program: node agent/main.ts --config agent.yaml */
import { Command } from 'commander'
import { pino } from 'pino'
import { runAgent } from './agent.ts'
import { ConfigError, readConfig } from './config.ts'

const program = new Command('knowngood-agent')
  .description('Leases steps from a Knowngood command center, does them here, and reports.')
  .requiredOption('--config <file>', 'the configuration, in YAML')
  .parse()

async function main(): Promise<void> {
  const config = readConfig(program.opts<{ config: string }>().config)
  const log = pino({ name: 'agent', base: { agent: config.name }, level: process.env['LOG_LEVEL'] ?? 'info' })
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // Asked twice: end now. The guard ends the step when our end of its pipe closes.
      if (stopping.signal.aborted) process.exit(1)
      log.info(`${signal}: finishing the step at hand`)
      stopping.abort()
    })
  }
  // Whoever started us with a channel wanted to know us: when it is gone, nobody would end us.
  if (process.channel) process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  await runAgent(config, { stopping: stopping.signal, tell: (sentence, about) => log.info(about ?? {}, sentence) })
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error instanceof ConfigError ? error.message : error.message || String(error)) : String(error)}\n`)
    process.exit(1)
  },
)
