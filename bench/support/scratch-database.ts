import pg from 'pg'

/** An empty database in the same PostgreSQL, for what a figure is compared with. */
export async function scratchDatabase(superuserUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  await client.query(`create database ${name}`).finally(() => client.end())
  const url = new URL(superuserUrl)
  url.pathname = `/${name}`
  return url.href
}
