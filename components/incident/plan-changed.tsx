'use client'

import { ArrowRight, Minus, Plus } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import type { PlanView } from '#lib/orchestration/view.ts'
import { planChanges } from './rules/plan-changes.ts'

/** Says what is other than what was read, and asks to read it before anything can be decided. */
export function PlanChanged({ read, now, onRead }: { read: PlanView; now: PlanView; onRead: () => void }) {
  const t = useTranslations('incident.changed')
  const changes = planChanges(read, now)
  return (
    <div role="alert" className="rounded-t-md border-b border-degraded bg-degraded-soft px-4 py-4 sm:px-6">
      <p className="font-semibold text-degraded-fg">{t('title')}</p>
      <ul className="mt-2 space-y-1">
        {changes.length === 0 && <li className="text-text-2">{t('onlyInside')}</li>}
        {changes.map((change) => (
          <li key={`${change.what}${change.before}${change.after}`} className="flex items-start gap-2">
            {change.before === null ? <Plus aria-label={t('added')} className="mt-0.5 size-4 shrink-0" /> : change.after === null ? <Minus aria-label={t('gone')} className="mt-0.5 size-4 shrink-0" /> : <ArrowRight aria-label={t('other')} className="mt-0.5 size-4 shrink-0" />}
            <span className="min-w-0">
              <span className="text-text-3">{t(`what.${change.what}`)}</span> {change.before !== null && <del className="text-text-3">{change.before}</del>} {change.after}
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button size="sm" onClick={onRead}>
          {t('read')}
        </Button>
        <Link href={`/plans/compare?a=${read.id}&b=${now.id}`} className="text-[0.8125rem] font-medium underline underline-offset-2">
          {t('all')}
        </Link>
      </div>
    </div>
  )
}
