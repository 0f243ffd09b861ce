'use client'

import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Time } from '#components/ui/time.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { SecurityView } from '#lib/platform/view.ts'

type Session = SecurityView['sessions'][number]

/** Where one is signed in; each can be ended, and all at once. */
export function SessionList({ sessions }: { sessions: readonly Session[] }) {
  const t = useTranslations('me.sessions')
  const endAll = useCommand('session.end-all')
  return (
    <Card title={t('title')}>
      <ul className="mb-3 divide-y divide-border">
        {sessions.map((session) => <SessionRow key={session.id} session={session} />)}
      </ul>
      <ProblemNote problem={endAll.error?.problem} />
      <Button busy={endAll.isPending} onClick={() => endAll.mutate({}, { onSuccess: () => window.location.assign('/sign-in') })}>{t('endAll')}</Button>
      <p className="mt-1 text-text-3">{t('endAllText')}</p>
    </Card>
  )
}

function SessionRow({ session }: { session: Session }) {
  const t = useTranslations('me.sessions')
  const end = useCommand('session.end')
  const browser = session.browser || t('unknown')
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <span className="min-w-0 flex-1 truncate" title={browser}>{browser}</span>
      <span className="text-text-3">{t('since')} <Time at={session.since} /></span>
      {session.mine ? <span className="font-medium">{t('here')}</span> : <Button size="sm" variant="ghost" busy={end.isPending} aria-label={t('endOne', { browser })} onClick={() => end.mutate({ sessionId: session.id })}>{t('end')}</Button>}
      <ProblemNote problem={end.error?.problem} />
    </li>
  )
}
