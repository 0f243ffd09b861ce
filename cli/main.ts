#!/usr/bin/env node
import { Command } from 'commander'
import { createAdmin } from './admin-create.ts'
import { applyDocument } from './apply.ts'
import type { Connection } from './client.ts'
import { Refused } from './client.ts'
import { requestDeployment } from './deployment-request.ts'
import { createEnrolment } from './enrolment-create.ts'
import { listIncidents } from './incident-list.ts'
import { registerRelease } from './release-register.ts'

const program = new Command('knowngood')
  .description('Takes a fleet back to its last known good state.')
  .option('--url <address>', 'the command center', process.env['KNOWNGOOD_URL'] ?? 'http://localhost:3000')
  .option('--token <token>', 'a machine token (better: KNOWNGOOD_TOKEN)')
  .showHelpAfterError()

const connection = (): Connection => {
  const { url, token } = program.opts<{ url: string; token?: string }>()
  return { url, token: token ?? process.env['KNOWNGOOD_TOKEN'] }
}
const print = (answer: unknown): void => console.log(JSON.stringify(answer, null, 2))

program
  .command('admin')
  .description('the first administrator')
  .command('create')
  .description('make the first administrator; works once, on the server’s own machine with its DATABASE_URL')
  .requiredOption('--email <address>')
  .requiredOption('--name <name>')
  .option('--password <password>', 'asked for when left out (or KNOWNGOOD_ADMIN_PASSWORD)')
  .action(createAdmin)

program
  .command('apply <file>')
  .description('apply a YAML document: kind: catalog | policy | criteria | on-call | status-components')
  .action(async (file: string) => print(await applyDocument(connection(), file)))

program
  .command('release')
  .description('releases')
  .command('register')
  .description('register a release: one version of one service, bound for ever to one digest')
  .requiredOption('--service <name>')
  .requiredOption('--release <version>', 'SemVer')
  .requiredOption('--digest <sha256:…>')
  .requiredOption('--artifact <url>', 'where agents fetch the bytes')
  .option('--declares <file>', 'YAML: offers, calls, schema, oneWay, besideItself')
  .option('--commit <id>')
  .option('--pipeline-url <url>')
  .action(async (options) => print(await registerRelease(connection(), options)))

program
  .command('deploy')
  .description('deploy a release through the agents')
  .requiredOption('--service <name>')
  .requiredOption('--release <version>')
  .requiredOption('--environment <name>')
  .option('--region <name...>')
  .option('--wait', 'until it has ended; the exit code says how')
  .action(async (options) => print(await requestDeployment(connection(), options)))

program
  .command('enrol')
  .description('make a one-time token for an agent')
  .requiredOption('--environment <name>')
  .requiredOption('--region <name>')
  .action(async (options) => print(await createEnrolment(connection(), options)))

program
  .command('incidents')
  .description('what is open now')
  .action(async () => print(await listIncidents(connection())))

try {
  await program.parseAsync()
} catch (error) {
  console.error(`knowngood: ${(error as Error).message}`)
  process.exitCode = error instanceof Refused && error.status >= 400 && error.status < 500 ? 2 : 1
}
