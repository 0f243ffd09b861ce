import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import type { z } from 'zod'
import { anonymous } from '#lib/platform/actor.ts'
import { faultOf } from '#lib/platform/fault.ts'
import { log } from '#lib/platform/log.ts'
import type { Query, Versioned } from '#lib/platform/query.ts'
import { ask } from '#lib/platform/query.ts'
import { personOf } from '#lib/platform/session.ts'

/**
 * The first load of a page, by the same query that then keeps it current. Undefined where it cannot be read now:
 * the page comes up and says so itself. `here` is where sign-in leads back to; null leaves asking for it to the page inside.
 */
export async function firstLoad<I extends z.ZodType, S, R>(definition: Query<I, S, R>, input: z.input<I>, here: string | null = '/'): Promise<Versioned<R> | undefined> {
  const cookie = (await headers()).get('cookie')
  const answer = await personOf(cookie)
    .then((person) => ask(definition, person ?? anonymous, input))
    .then((loaded) => ({ loaded, code: null }), (error: unknown) => ({ loaded: undefined, code: whatWentWrong(error, definition.name) }))
  if (answer.code === 'unauthenticated' && here !== null) redirect(`/sign-in?next=${encodeURIComponent(here)}`)
  if (answer.code === 'not_found' || answer.code === 'invalid') notFound()
  return answer.loaded
}

function whatWentWrong(error: unknown, query: string): string {
  const { code } = faultOf(error)
  if (code === 'internal') log('pages').error({ err: error, query }, 'a first load failed')
  return code
}
