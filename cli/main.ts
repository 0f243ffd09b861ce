#!/usr/bin/env node
import { Command } from 'commander'
import { createAdmin } from './admin-create.ts'
import { applyDocument } from './apply.ts'
import type { Connection } from './client.ts'
import { call, Refused } from './client.ts'
import { requestDeployment } from './deployment-request.ts'
import { createEnrolment } from './enrolment-create.ts'
import { listIncidents } from './incident-list.ts'
import { applyPlaybook, retirePlaybook } from './playbook-apply.ts'
import { checkPlaybooks } from './playbook-check.ts'
import { dryRunPlaybook } from './playbook-dry-run.ts'
import { checkReceipt, getReceipt } from './receipt.ts'
import { exportRecords } from './records-export.ts'
import { verifyLive } from './records-live.ts'
import { verifyRecords } from './records-verify.ts'
import { registerRelease } from './release-register.ts'
import { CannotTell, exitCodes, keysFrom, linesOf } from './verifying.ts'

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

const records = program.command('records').description('the audit trail, and what proves it')
records
  .command('keys')
  .description('the keys that sign tree heads; keep a copy where the server cannot write')
  .action(async () => {
    const { keys } = (await call(connection(), 'GET', '/api/v1/records/heads')) as { keys: { text: string }[] }
    for (const { text } of keys) console.log(text)
  })
records
  .command('export <file>')
  .description('write every sealed record with the signed tree heads to a new file (the token needs record.read)')
  .action(async (file: string) => print(await exportRecords(connection(), file)))
records
  .command('verify [file]')
  .description('compute an export anew and name the first record that is not as it was sealed; ends with 0 all well, 1 something is wrong, 2 it cannot be told')
  .requiredOption('--key <key-or-file...>', 'keys that you trust, or files with one a line')
  .option('--anchor <file...>', 'anchor files')
  .option('--live', 'hold the server to its own proofs instead of reading an export')
  .option('--sample <number>', 'with --live: how many of the newest records', '20')
  .action(async (file: string | undefined, { key, anchor, live, sample }: { key: string[]; anchor?: string[]; live?: boolean; sample: string }) => {
    if (!live && !file) throw new CannotTell('say which export to verify, or --live')
    const get = (path: string): Promise<unknown> => call(connection(), 'GET', path)
    process.exitCode = live ? await verifyLive(get, { keys: keysFrom(key), anchor: anchor?.[0] ? linesOf(anchor[0]) : null, sample: Math.min(100, Math.max(1, Number(sample) || 20)) }) : await verifyRecords(file ?? '', { key, ...(anchor ? { anchor } : {}) })
  })

const receipt = program.command('receipt').description('what proves a decision or a record without us')
receipt
  .command('get <file>')
  .description('fetch one into a new file')
  .option('--approval <id>', 'of a request for approval: who asked, who voted')
  .option('--record <id>', 'of one record')
  .action(async (file: string, options: { approval?: string; record?: string }) => {
    if (!options.approval === !options.record) throw new CannotTell('say either --approval or --record')
    print(await getReceipt(connection(), { ...options, out: file }))
  })
receipt
  .command('verify <file>')
  .description('check one without server or database; ends with 0 all well, 1 something is wrong, 2 it cannot be told')
  .option('--key <key-or-file...>', 'keys that you trust, or files with one a line')
  .option('--anchor <file>', 'an anchor file that must have the same tree head')
  .action(async (file: string, options: { key?: string[]; anchor?: string }) => {
    process.exitCode = await checkReceipt(file, options)
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(`knowngood: ${(error as Error).message}`)
  process.exitCode = error instanceof CannotTell ? exitCodes.unknown : error instanceof Refused && error.status >= 400 && error.status < 500 ? 2 : 1
}
