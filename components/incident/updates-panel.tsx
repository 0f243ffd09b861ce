'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'
import { DraftUpdate } from './draft-update.tsx'
import { UpdateItem } from './update-item.tsx'

/** What is said to whom: drafts, what was approved, and what has gone out. */
export function UpdatesPanel({ incident }: { incident: IncidentView }) {
  const t = useTranslations('incident.updates')
  const me = useMe()
  const say = useWhy()
  const updates = useLive('update.list', { incidentId: incident.id })
  const [drafting, setDrafting] = useState(false)
  const shown = updates.data?.filter((update) => update.status !== 'withdrawn')
  return (
    <Card title={t('title')}>
      {!shown && <Skeleton className="h-16" />}
      {shown?.length === 0 && <p className="text-text-2 text-pretty">{t('empty')}</p>}
      {shown && shown.length > 0 && (
        <ul className="divide-y divide-border">
          {shown.map((update) => (
            <UpdateItem key={update.id} update={update} me={me} />
          ))}
        </ul>
      )}
      <div className="mt-3">
        <Button size="sm" disabledBecause={say(whyNot(me, 'update.draft'))} onClick={() => setDrafting(true)}>
          {t('write')}
        </Button>
      </div>
      {drafting && <DraftUpdate incident={incident} onClose={() => setDrafting(false)} />}
    </Card>
  )
}
