import { createInterface } from 'node:readline/promises'
import { system } from '#lib/platform/actor.ts'
import { createFirstAdmin } from '#lib/platform/commands/create-first-admin.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { isFault } from '#lib/platform/fault.ts'

/* The one subcommand that does not speak HTTP: before the first person there is nobody whom the API would obey. */

export async function createAdmin({ email, name, password }: { email: string; name: string; password?: string }): Promise<void> {
  // Settings that this command has no use for must not stand in its way.
  process.env['AUTH_SECRET'] ??= 'unused by this command, which signs nobody in'
  process.env['SIGNING_KEY'] ??= 'unused by this command, which signs no lease at all'
  process.env['SECRETS_KEY'] ??= Buffer.from('unused here, where none is kept.').toString('base64')
  process.env['DATABASE_PUBLIC_URL'] ??= process.env['DATABASE_URL']
  const secret = password ?? process.env['KNOWNGOOD_ADMIN_PASSWORD'] ?? (await ask('Password (at least 12 characters): '))
  try {
    await execute(createFirstAdmin, system('knowngood admin create'), { email, name, password: secret })
    console.log(`${email} is the first administrator. Sign in and add the others.`)
  } catch (error) {
    if (!isFault(error)) throw error
    throw new Error(error.message, { cause: error })
  } finally {
    await db().$disconnect()
    await pool().end()
  }
}

async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await reader.question(question)
  } finally {
    reader.close()
  }
}
