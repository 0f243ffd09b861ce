#!/usr/bin/env node
import { Command } from 'commander'
import { createAdmin } from './admin-create.ts'
import { applyDocument } from './apply.ts'
import type { Connection } from './client.ts'
import { Refused } from './client.ts'
import { requestDeployment } from './deployment-request.ts'
import { createEnrolment } from './enrolment-create.ts'
import { listIncidents } from './incident-list.ts'
import { applyPlaybook, retirePlaybook } from './playbook-apply.ts'
import { checkPlaybooks } from './playbook-check.ts'
import { dryRunPlaybook } from './playbook-dry-run.ts'
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

const playbook = program.command('playbook').description('what is done around a rollback')
playbook
  .command('check <file...>')
  .description('find everything that is wrong, without a server; ends with 1 where something is')
  .action((files: string[]) => {
    if (!checkPlaybooks(files)) process.exitCode = 1
  })
playbook
  .command('apply <file>')
  .description('make it the next revision')
  .requiredOption('--reason <text>', 'why, in a few words')
  .action(async (file: string, options) => print(await applyPlaybook(connection(), file, options)))
playbook
  .command('retire <name>')
  .description('take it out of use')
  .requiredOption('--reason <text>', 'why, in a few words')
  .action(async (name: string, options) => print(await retirePlaybook(connection(), name, options)))
playbook
  .command('dry-run <file-or-name>')
  .description('show exactly what would be done now; nothing is done')
  .requiredOption('--environment <name>')
  .requiredOption('--service <name...>', 'the one that it is about first')
  .option('--region <name...>')
  .option('--failure <kind>', 'latency, errors, data, availability or unknown')
  .option('--param <name=value...>')
  .action(async (what: string, options) => print(await dryRunPlaybook(connection(), what, options)))

try {
  await program.parseAsync()
} catch (error) {
  console.error(`knowngood: ${(error as Error).message}`)
  process.exitCode = error instanceof Refused && error.status >= 400 && error.status < 500 ? 2 : 1
}
