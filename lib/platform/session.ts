import { hash, verify } from '@node-rs/argon2'
import type { JWT } from 'next-auth/jwt'
import { decode } from 'next-auth/jwt'
import type { Actor, Grant } from './actor.ts'
import { now as clock } from './clock.ts'
import { db } from './db.ts'
import { env } from './env.ts'
import { newId } from './id.ts'
import type { Role } from './may.ts'

/** How long a sign-in lasts, whatever happens in between. */
export const sessionHours = 12
/** How long one lasts that nobody uses: no request, no open page. */
const idleMinutes = 30

/** argon2id with OWASP's first choice of parameters (19 MiB, 2 passes, 1 lane). */
const argon2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const hashPassword = (password: string): Promise<string> => hash(password, argon2)

export const isPassword = (stored: string, password: string): Promise<boolean> => verify(stored, password).catch(() => false)

let decoy: Promise<string> | undefined

/** Checks e-mail and password. Takes as long for an unknown address as for a known one. */
export async function authenticate(email: string, password: string): Promise<{ id: string; name: string; email: string } | null> {
  const person = await db().person.findUnique({ where: { email: email.trim().toLowerCase() } })
  const stored = person?.passwordHash ?? (await (decoy ??= hashPassword(newId())))
  const right = await isPassword(stored, password)
  return right && person?.passwordHash && !person.disabledAt ? { id: person.id, name: person.name, email: person.email } : null
}

/** Opens a session for a person who has just proved who they are. */
export async function openSession(personId: string, userAgent: string): Promise<string> {
  const id = newId()
  // By the database's clock, by which it also ends: a server whose own clock is off must not give anybody more time.
  await db().$executeRaw`
    insert into session (id, person_id, created_at, expires_at, user_agent)
    values (${id}::uuid, ${personId}::uuid, now(), now() + make_interval(hours => ${sessionHours}::int), ${userAgent.slice(0, 200)})`
  return id
}

export async function revokeSession(sessionId: string): Promise<void> {
  await db().session.updateMany({ where: { id: sessionId, revokedAt: null }, data: { revokedAt: clock() } })
}

/** The session cookie's name; the prefix binds it to https where we have it. */
export const cookieName = (): string => (env().PUBLIC_URL.startsWith('https:') ? '__Secure-knowngood.session' : 'knowngood.session')

/** The session id inside a Cookie header, or null. Says nothing about whether it is still good. */
export async function sessionIdOf(cookieHeader: string | null | undefined): Promise<string | null> {
  const name = cookieName()
  const found = cookieHeader?.split(/;\s*/).find((pair) => pair.startsWith(`${name}=`))
  if (!found) return null
  const token = await opened(found.slice(name.length + 1)).catch(() => null)
  return typeof token?.sid === 'string' ? token.sid : null
}

/** What the cookie's value holds; fails for one that we did not make. */
const opened = async (value: string): Promise<JWT | null> => decode({ token: decodeURIComponent(value), secret: env().AUTH_SECRET })

interface SessionRow {
  id: string
  name: string
  email: string
  seen_long_ago: boolean
  grants: { role: Role; projectId: string; teamId: string | null; serviceId: string | null; environmentId: string | null }[] | null
}

/** Who holds this session now: asked of the database on every use, so that a revoked one ends at once. */
export async function actorOfSession(sessionId: string): Promise<Actor | null> {
  const [row] = await db().$queryRaw<SessionRow[]>`
    select p.id, p.name, p.email, s.last_seen_at < now() - interval '1 minute' as seen_long_ago,
      (select json_agg(json_build_object('role', g.role, 'projectId', g.project_id, 'teamId', g.team_id, 'serviceId', g.service_id, 'environmentId', g.environment_id) order by g.id)
       from role_grant g where g.person_id = p.id) as grants
    from session s join person p on p.id = s.person_id
    where s.id = ${sessionId}::uuid and s.revoked_at is null and s.expires_at > now() and p.disabled_at is null
      and s.last_seen_at > now() - make_interval(mins => ${idleMinutes}::int) and (p.sessions_expired_at is null or s.created_at > p.sessions_expired_at)`
  if (!row) return null
  // To the minute: not every look at it has to be written down.
  if (row.seen_long_ago) await db().$executeRaw`update session set last_seen_at = now() where id = ${sessionId}::uuid and last_seen_at < now() - interval '1 minute'`
  return { kind: 'person', id: row.id, name: row.name, email: row.email, sessionId, grants: (row.grants ?? []) as Grant[] }
}

/** The person behind a Cookie header, or null. */
export async function personOf(cookieHeader: string | null | undefined): Promise<Actor | null> {
  const sessionId = await sessionIdOf(cookieHeader)
  return sessionId ? actorOfSession(sessionId) : null
}

