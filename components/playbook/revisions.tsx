'use client'

import { useTranslations } from 'use-intl'
import { Disclosure } from '#components/incident/disclosure.tsx'
import { Age } from '#components/ui/age.tsx'
import { Card } from '#components/ui/card.tsx'
import type { PlaybookView } from '#lib/orchestration/view.ts'
import { TextDiff } from './numbered-text.tsx'

/** How it came to be: each revision by whom and why, and what it changed. */
export function Revisions({ revisions }: { revisions: PlaybookView['revisions'] }) {
  const t = useTranslations('playbook')
  return (
    <Card title={t('revisions.title')}>
      <ol className="divide-y divide-border">
        {revisions.map(({ revision, author, reason, createdAt, digest, diff }) => (
          <li key={revision} className="py-3 first:pt-0 last:pb-0">
            <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5"><span className="font-medium">{t('revision', { revision })}</span><span className="text-text-3">{t('by', { author })} · <Age at={createdAt} /></span><code className="font-mono text-xs text-text-3">{digest.slice(7, 19)}</code></p>
            <p className="mt-0.5 text-text-2">{reason}</p>
            {diff === null ? <p className="mt-1 text-text-3">{t('revisions.first')}</p> : diff.every((line) => line.sign === ' ') ? <p className="mt-1 text-text-3">{t('revisions.same')}</p> : <Disclosure summary={t('revisions.changes')}><TextDiff lines={diff} label={t('revisions.changes')} /></Disclosure>}
          </li>
        ))}
      </ol>
    </Card>
  )
}
