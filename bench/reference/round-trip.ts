import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { answerParent } from '../support/child.ts'

/* The least a durable answer costs: one HTTP request, one transaction of two statements on PostgreSQL, one answer. */

const pool = new pg.Pool({ connectionString: process.argv[2], max: 4 })
await pool.query('create table if not exists step (id int primary key, status text not null, epoch bigint not null)')
await pool.query('create table if not exists step_event (position bigserial primary key, data jsonb not null, at timestamptz not null default now())')
await pool.query(`insert into step values (1, 'leased', 1) on conflict do nothing`)

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (part: string) => (text += part))
  request.on('end', () => {
    void complete(JSON.parse(text)).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"lease":null}'),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
})

async function complete(body: unknown): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(`update step set epoch = epoch + 1, status = 'succeeded' where id = 1`)
    await client.query('insert into step_event (data) values ($1)', [JSON.stringify(body)])
    await client.query('commit')
  } finally {
    client.release()
  }
}

await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
answerParent(async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
