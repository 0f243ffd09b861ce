import pg from 'pg'
import { expect, test } from 'vitest'
import { missingSql } from '#scripts/schema-engine.ts'
import { freshDatabase } from '#tests/support/database.ts'

const urls = await freshDatabase()

test('the migrations make exactly the database that prisma/ describes', async () => {
  expect(await missingSql(urls.migrateUrl)).toBe('')
})

test('a column that no migration made would be noticed, and so would one that the schema does not know', async () => {
  const client = new pg.Client({ connectionString: urls.migrateUrl })
  await client.connect()
  try {
    await client.query('alter table team drop column slug')
    expect(await missingSql(urls.migrateUrl)).toMatch(/ALTER TABLE "team" ADD COLUMN\s+"slug"/)
    await client.query('alter table service add column planted text')
    expect(await missingSql(urls.migrateUrl)).toMatch(/DROP COLUMN "planted"/)
  } finally {
    await client.end()
  }
})
