import type { Client, QueryConfig, QueryResult } from 'pg'
import { Because, NotSo } from '../because.ts'
import type { ActionStep, ActionTools } from './step.ts'

const connectMs = 10_000
const lockMs = 15_000
/** Two that make the same table at the same moment: one of them is told so in one of these words. */
const madeMeanwhile: ReadonlySet<string | undefined> = new Set(['23505', '42P07', '42710'])

const ledger = `create table if not exists knowngood_step (
  step_id uuid not null, epoch bigint not null, key text not null, at timestamptz not null default clock_timestamp(), primary key (step_id, key))`

/**
 * Statements in one transaction, together with a row that says that this step was done: after a crash the row answers
 * whether it happened. A second attempt waits for a first one that is still at work, sees its row and does nothing.
 * Without statements it only looks.
 */
export const sql: ActionStep<'sql'> = async ({ connection, statements, check }, tools) => {
  refuseTransactions(statements)
  const client = await connect(connection, tools)
  const stop = (): void => void client.end().catch(() => undefined)
  tools.signal.addEventListener('abort', stop, { once: true })
  try {
    if (statements.length === 0) {
      await client.query('begin read only')
      if (check && (await isSo(client, check))) return { done: true }
      throw new NotSo(`${connection}: the check says no`)
    }
    await client.query(ledger).catch((error: { code?: string }) => {
      if (!madeMeanwhile.has(error.code)) throw error
    })
    return await inOneTransaction(client, { connection, statements, check }, tools)
  } catch (error) {
    if (error instanceof Because) throw error
    throw new Because(`${connection}: ${tools.signal.aborted ? 'the time for this step was over' : sentenceOf(error)}`)
  } finally {
    tools.signal.removeEventListener('abort', stop)
    await client.end().catch(() => undefined)
  }
}

async function inOneTransaction(client: Client, { connection, statements, check }: { connection: string; statements: readonly string[]; check: string | undefined }, { token, log }: ActionTools): Promise<Record<string, unknown>> {
  await client.query('begin')
  await client.query(`set local lock_timeout = ${lockMs}`)
  const mine = await client.query('insert into knowngood_step (step_id, epoch, key) values ($1, $2, $3) on conflict do nothing', [token.stepId, token.epoch, token.key])
  if (mine.rowCount === 0) {
    const { rows } = await client.query<{ epoch: string; at: Date }>('select epoch, at from knowngood_step where step_id = $1 and key = $2', [token.stepId, token.key])
    await client.query('rollback')
    const before = rows[0] && { epoch: Number(rows[0].epoch), at: rows[0].at.toISOString() }
    log(`${connection}: this step was done already, by attempt ${before?.epoch} at ${before?.at}`)
    return { already: true, by: before }
  }
  if (check && (await isSo(client, check))) {
    await client.query('commit')
    log(`${connection}: it is so already, the check says`)
    return { already: true, check: true }
  }
  const rows: (number | null)[] = []
  for (const [index, statement] of statements.entries()) {
    try {
      const { command, rowCount } = await run(client, statement)
      rows.push(rowCount)
      log(`${index + 1} of ${statements.length}: ${command}${rowCount === null ? '' : `, ${rowCount} rows`}`)
    } catch (error) {
      throw new Because(`${connection}: statement ${index + 1} of ${statements.length}: ${sentenceOf(error)}; nothing was changed`)
    }
  }
  if (check && !(await isSo(client, check))) throw new Because(`${connection}: all statements were done, but the check says that it is not so; nothing was changed`)
  await client.query('commit')
  return { rows }
}

/** One command each, as the extended protocol has it: a text with a second one hidden in it is refused by PostgreSQL. */
const run = (client: Client, text: string): Promise<QueryResult> => client.query({ text, queryMode: 'extended' } as QueryConfig)

const leadingComments = /^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/
const transactional = /^(begin|start|commit|end|rollback|abort|prepare)\b/i

/** A statement that would end the transaction would take the ledger's row out of it. */
function refuseTransactions(statements: readonly string[]): void {
  const index = statements.findIndex((statement) => transactional.test(statement.replace(leadingComments, '')))
  if (index >= 0) throw new Because(`statements.${index}: all statements are one transaction already; none may begin or end one`)
}

async function isSo(client: Client, check: string): Promise<boolean> {
  const { rows, fields } = await run(client, check)
  const column = fields[0]?.name
  return column !== undefined && (rows[0] as Record<string, unknown> | undefined)?.[column] === true
}

async function connect(name: string, { settings, learnSecrets }: ActionTools): Promise<Client> {
  const held = settings.connections[name]
  if (!held) throw new Because(`connection: ${name} is not in this agent’s configuration (connections)`)
  const url = 'url' in held ? held.url : process.env[held.urlFrom]
  if (!url) throw new Because(`connection: ${name} is to be in ${'urlFrom' in held ? held.urlFrom : 'url'}, which is empty`)
  learnSecrets([url, ...passwordOf(url)])
  const { Client: PgClient } = (await import('pg')).default
  const client = new PgClient({ connectionString: url, connectionTimeoutMillis: connectMs, application_name: 'knowngood-agent' })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    throw new Because(`${name} cannot be reached (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`)
  }
  return client
}

function passwordOf(url: string): string[] {
  try {
    const { password } = new URL(url)
    return password ? [password, decodeURIComponent(password)] : []
  } catch {
    return []
  }
}

const sentenceOf = (error: unknown): string => {
  const { message, code, detail } = error as { message?: string; code?: string; detail?: string }
  return [message ?? String(error), detail, code && `(${code})`].filter(Boolean).join(' ')
}
