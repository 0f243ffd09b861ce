import pg from 'pg'
import type { DurableEngine } from './engine.ts'

/** The least that is durable: two commits a step (claimed, done) and a line in a log, by one client that does nothing else. */
export async function startRaw(url: string): Promise<DurableEngine> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table if not exists raw_step (chain int not null, position int not null, status text not null, primary key (chain, position))')
  await client.query('create table if not exists raw_log (id bigserial primary key, chain int not null, position int not null, at timestamptz not null default now())')
  let chains = 0
  return {
    name: 'raw SQL, two commits a step',
    async chain(steps) {
      const chain = ++chains
      await client.query(`insert into raw_step select $1, n, 'ready' from generate_series(1, $2::int) n`, [chain, steps])
      const from = performance.now()
      for (let position = 1; position <= steps; position++) {
        await client.query(`update raw_step set status = 'claimed' where chain = $1 and position = $2 and status = 'ready'`, [chain, position])
        await client.query('begin')
        await client.query(`update raw_step set status = 'done' where chain = $1 and position = $2 and status = 'claimed'`, [chain, position])
        await client.query('insert into raw_log (chain, position) values ($1, $2)', [chain, position])
        await client.query('commit')
      }
      return performance.now() - from
    },
    stop: () => client.end(),
  }
}
