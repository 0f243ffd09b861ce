'use client'

import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'

/** Who is on call, and whether word has reached them. */
export function OnCallPanel({ onCall }: { onCall: IncidentView['onCall'] }) {
  const t = useTranslations('incident.onCall')
  return (
    <Card title={t('title')}>
      {onCall.length === 0 ? (
        <p className="text-text-2 text-pretty">{t('empty')}</p>
      ) : (
        <ul className="space-y-2">
          {onCall.map((one) => (
            <li key={`${one.person.id}${one.team}`} className="flex items-start gap-2">
              <StatusMark tone={one.seenAt ? 'good' : one.toldAt ? 'working' : 'unknown'} className="mt-0.5 animate-none" />
              <span className="min-w-0">
                <span className="font-medium">{one.person.name}</span> <span className="text-text-3">{t('level', { team: one.team, level: one.level })}</span>
                <span className="block text-[0.8125rem] text-text-2">
                  {one.seenAt ? (
                    <>
                      {t('seen')} <Age at={one.seenAt} />
                    </>
                  ) : one.toldAt ? (
                    <>
                      {t('told')} <Age at={one.toldAt} />
                    </>
                  ) : (
                    t('notTold')
                  )}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
