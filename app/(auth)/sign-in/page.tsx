import type { Metadata } from 'next'
import { Brand } from '#components/shell/brand.tsx'
import { messages } from '#components/messages/en.ts'
import { safeNext } from './safe-next.ts'
import { SignInForm } from './sign-in-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams
  const words = messages.shell.signIn
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8 flex items-center gap-3">
          <Brand className="size-9" />
          <p className="text-xl font-semibold tracking-tight">{messages.shell.name}</p>
        </div>
        <h1 className="mb-5 text-2xl font-semibold tracking-tight">{words.title}</h1>
        <SignInForm next={safeNext(next)} />
        <p className="mt-6 text-text-3"><a href="/status" className="underline">{words.public}</a></p>
      </div>
    </main>
  )
}
