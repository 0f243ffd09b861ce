'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Time } from '#components/ui/time.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import type { SecurityView } from '#lib/platform/view.ts'
import { EnrolFactor } from './enrol-factor.tsx'
import { SessionList } from './session-list.tsx'

/** A person's own second factors, recovery codes and sessions. */
export function SecurityScreen({ initial }: { initial: { data: SecurityView; version: string } | undefined }) {
  const t = useTranslations('me')
  const live = useLive('me.security', {}, initial)
  const [adding, setAdding] = useState(false)
  const security = live.data
  return (
    <>
      <PageHeader title={t('title')} live={live}>{t('intro')}</PageHeader>
      {live.problem ? <div className="mb-4"><ProblemNote problem={live.problem} /></div> : null}
      {!security && !live.problem ? <Skeleton className="h-48" /> : null}
      {security ? (
        <div className="grid max-w-3xl gap-6">
          <Card title={t('factors.title')}>
            <p className="mb-3 max-w-prose text-text-2 text-pretty">{security.factors.length ? t('factors.text') : t('factors.none')}</p>
            {security.factors.length ? (
              <>
                <ul className="mb-3 divide-y divide-border">
                  {security.factors.map((factor) => <FactorRow key={factor.id} factor={factor} />)}
                </ul>
                <p className="mb-3 text-text-2">{t('factors.codesLeft', { count: security.recoveryCodesLeft })}</p>
              </>
            ) : null}
            <Button variant={security.factors.length ? 'secondary' : 'primary'} onClick={() => setAdding(true)}><Plus aria-hidden />{t('factors.add')}</Button>
          </Card>
          <SessionList sessions={security.sessions} />
        </div>
      ) : null}
      {adding && security ? <EnrolFactor needsPassword={security.hasPassword} onClose={() => setAdding(false)} /> : null}
    </>
  )
}

function FactorRow({ factor }: { factor: SecurityView['factors'][number] }) {
  const t = useTranslations('me.factors')
  const remove = useCommand('factor.remove')
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <span className="font-medium">{factor.name}</span>
      <span className="text-text-3">{t('added')} <Time at={factor.addedAt} /></span>
      <Button size="sm" variant="ghost" className="ml-auto" busy={remove.isPending} aria-label={t('removeOne', { name: factor.name })} onClick={() => remove.mutate({ factorId: factor.id })}>{t('remove')}</Button>
      <ProblemNote problem={remove.error?.problem} />
    </li>
  )
}
