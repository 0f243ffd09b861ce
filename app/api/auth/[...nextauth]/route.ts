import NextAuth from 'next-auth'
import { authOptions } from '#lib/platform/auth.ts'

type AuthHandler = (request: Request, context: unknown) => Promise<Response>

const handler: AuthHandler = (request, context) => (NextAuth(authOptions()) as AuthHandler)(request, context)

export { handler as GET, handler as POST }
