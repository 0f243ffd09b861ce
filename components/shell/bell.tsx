'use client'

import { Bell as BellIcon, Check } from 'lucide-react'
import Link from 'next/link'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Status } from '#components/ui/status.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import type { NotificationView } from '#lib/communications/view.ts'

/** What one was told, and has not seen yet. Seeing is said to the server, since others wait for it. */
export function Bell() {
  const t = useTranslations('shell.bell')
  const { data, problem } = useLive('notification.mine', {})
  const see = useCommand('notification.see')
  const [open, setOpen] = useState(false)
  const list = data ?? []
  const unseen = list.filter((one) => !one.seenAt)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="relative grid size-9 place-items-center rounded-md text-text-2 hover:bg-sunken hover:text-text" aria-label={t('open', { count: unseen.length })}>
        <BellIcon aria-hidden className="size-5" />
        {unseen.length > 0 ? <span aria-hidden className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-bad px-1 text-[0.625rem] leading-none font-bold text-surface">{unseen.length}</span> : null}
      </Popover.Trigger>
      <span role="status" className="sr-only">{unseen[0] ? t('newest', { title: unseen[0].title }) : ''}</span>
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={8} collisionPadding={12} aria-label={t('title')} className="z-40 flex max-h-[70dvh] w-96 max-w-[calc(100vw-1.5rem)] flex-col rounded-md border border-border bg-raised shadow-lift">
          <div className="flex items-center justify-between gap-3 border-b border-border px-4 py-3">
            <p className="font-semibold">{t('title')}</p>
            {unseen.length > 1 ? <Button size="sm" variant="ghost" busy={see.isPending} onClick={() => unseen.forEach((one) => see.mutate({ notificationId: one.id }))}>{t('seeAll')}</Button> : null}
          </div>
          <ul className="min-h-0 divide-y divide-border overflow-y-auto">
            {problem ? <li className="p-3"><ProblemNote problem={problem} /></li> : null}
            {see.error ? <li className="p-3"><ProblemNote problem={see.error.problem} /></li> : null}
            {list.length === 0 && !problem ? <li className="px-4 py-6 text-text-2">{t('empty')}</li> : null}
            {list.slice(0, 30).map((one) => <Item key={one.id} one={one} onSee={() => see.mutate({ notificationId: one.id })} onGo={() => setOpen(false)} />)}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Item({ one, onSee, onGo }: { one: NotificationView; onSee: () => void; onGo: () => void }) {
  const t = useTranslations('shell.bell')
  const go = (): void => {
    if (!one.seenAt) onSee()
    onGo()
  }
  return (
    <li className="flex items-start gap-2 px-4 py-3">
      <div className="min-w-0 flex-1">
        <Link href={one.url} onClick={go} className={one.seenAt ? 'text-text-2 hover:underline' : 'font-semibold hover:underline'}>{one.title}</Link>
        <p className="flex items-center gap-2 text-xs text-text-3">
          <Age at={one.createdAt} />
          {one.kind === 'drill' ? <Status tone="drill" size="sm">{t('drill')}</Status> : null}
          {one.seenAt ? t('seen') : null}
        </p>
      </div>
      {one.seenAt ? null : (
        <Button size="sm" variant="ghost" onClick={onSee} aria-label={t('see', { title: one.title })}>
          <Check aria-hidden />
        </Button>
      )}
    </li>
  )
}
