import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { Server } from 'socket.io'
import { answerParent } from '../support/child.ts'
import { exactNow } from '../support/clock.ts'

/*
 * How this is usually built: the change and a NOTIFY in one transaction, a listener that reads the state, and socket.io
 * that sends all of it to everybody. No rights, no sessions, no record of who changed what.
 */

const [, , databaseUrl = '', board = '{}'] = process.argv
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
await pool.query('create table wall (id int primary key, state jsonb not null)')
await pool.query('create table change (id bigserial primary key, what jsonb not null, at timestamptz not null default now())')
await pool.query('insert into wall values (1, $1)', [board])

let begunAt = 0
const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (part: string) => (text += part))
  request.on('end', () => {
    const { severity } = JSON.parse(text) as { severity: string }
    void change(severity).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ begunAt })),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
})
const io = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false })

async function change(severity: string): Promise<void> {
  const client = await pool.connect()
  try {
    begunAt = exactNow()
    await client.query('begin')
    await client.query(`update wall set state = jsonb_set(state, '{incidents,0,severity}', to_jsonb($1::text)) where id = 1`, [severity])
    await client.query('insert into change (what) values ($1)', [JSON.stringify({ severity })])
    await client.query(`select pg_notify('wall', '1')`)
    await client.query('commit')
  } finally {
    client.release()
  }
}

const listener = new pg.Client({ connectionString: databaseUrl })
await listener.connect()
listener.on('notification', () => {
  void pool.query<{ state: unknown }>('select state from wall where id = 1').then(({ rows }) => io.emit('state', rows[0]?.state))
})
await listener.query('listen wall')

await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
answerParent(async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
