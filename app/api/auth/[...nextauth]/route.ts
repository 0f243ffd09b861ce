import NextAuth from 'next-auth'
import { NextRequest } from 'next/server'
import { authOptions } from '#lib/platform/auth.ts'
import { Fault } from '#lib/platform/fault.ts'
import { readBody, refuse } from '#lib/platform/handle.ts'

type AuthHandler = (request: Request, context: unknown) => Promise<Response>

/** An e-mail address, a password and a token; nobody who has not signed in may make us hold more. */
const maxAuthBytes = 16 * 1024

const handler: AuthHandler = async (request, context) => {
  try {
    const body = request.method === 'POST' ? await readBody(request, maxAuthBytes) : null
    const bounded = body === null ? request : new NextRequest(request.url, { method: 'POST', headers: request.headers, body })
    return await (NextAuth(authOptions()) as AuthHandler)(bounded, context)
  } catch (error) {
    return refuse(error instanceof SyntaxError ? new Fault('malformed', 'the body is not JSON') : error, 'sign-in')
  }
}

export { handler as GET, handler as POST }
