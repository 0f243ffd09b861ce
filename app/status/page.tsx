import type { Metadata } from 'next'
import { Brand } from '#components/shell/brand.tsx'
import { messages } from '#components/messages/en.ts'
import { StatusPage } from '#components/status/status-page.tsx'
import { StatusRefresh } from '#components/status/status-refresh.tsx'
import { readStatus } from '#lib/communications/status-snapshot.ts'

export const metadata: Metadata = { title: { absolute: 'Status' }, robots: { index: true } }
export const dynamic = 'force-dynamic'

export default async function PublicStatus() {
  const reading = await readStatus().catch(() => null)
  const words = messages.status
  return (
    <div className="mx-auto max-w-3xl px-4 py-8 sm:py-14">
      <header className="mb-6 flex items-center gap-3">
        <Brand className="size-7" />
        <p className="text-lg font-semibold tracking-tight">{words.title}</p>
      </header>
      <main>{reading ? <StatusPage {...reading} /> : <h1 className="hatched rounded-md border border-unknown px-6 py-8 text-xl font-semibold">{words.unreadable}</h1>}</main>
      <footer className="mt-10 border-t border-border pt-4 text-text-3"><a href="/sign-in" className="underline">{words.signIn}</a></footer>
      <StatusRefresh everyMs={20_000} />
    </div>
  )
}
