import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { env } from './env.ts'
import { authenticate, cookieName, openSession, revokeSession, sessionHours } from './session.ts'
import { throttle } from './throttle.ts'

/** Set by server.ts on every request, over whatever came with it. */
export const addressHeader = 'x-knowngood-address'

/**
 * Sign-in. The cookie holds a session id and nothing that is believed: who that is and what they may do is asked of
 * the database on every use (session.ts).
 */
export function authOptions(): NextAuthOptions {
  const secure = env().PUBLIC_URL.startsWith('https:')
  return {
    secret: env().AUTH_SECRET,
    session: { strategy: 'jwt', maxAge: sessionHours * 3600 },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    useSecureCookies: secure,
    cookies: { sessionToken: { name: cookieName(), options: { httpOnly: true, sameSite: 'lax', path: '/', secure } } },
    providers: [
      CredentialsProvider({
        name: 'e-mail and password',
        credentials: { email: { label: 'E-mail', type: 'email' }, password: { label: 'Password', type: 'password' } },
        async authorize(credentials, request) {
          const { email = '', password = '' } = credentials ?? {}
          if (email.length > 254 || password.length > 256 || !email || !password) return null
          const address = String((request.headers as Record<string, unknown> | undefined)?.[addressHeader] ?? 'unknown')
          if (!throttle('sign-in', email.trim().toLowerCase(), { times: 10, perMs: 60_000 }) || !throttle('sign-in from', address, { times: 60, perMs: 60_000 })) throw new Error('throttled')
          const person = await authenticate(email, password)
          if (!person) return null
          const agent = request.headers?.['user-agent']
          return { ...person, sid: await openSession(person.id, typeof agent === 'string' ? agent : '') }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user && 'sid' in user ? { sid: (user as { sid: string }).sid } : { sid: token['sid'] }),
      session: ({ session }) => ({ ...session, user: {} }),
      // Only ever back to ourselves: `//evil`, `https:evil` and backslashes are somebody else's.
      redirect: ({ url, baseUrl }) => {
        const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : null
        return target && target.origin === baseUrl && !/[\\\u0000-\u001f]/.test(url) ? target.href : baseUrl
      },
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.['sid'] === 'string') await revokeSession(token['sid'])
      },
    },
  }
}
