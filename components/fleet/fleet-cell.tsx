'use client'

import { Undo2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { healthTone } from '#components/situation/tones.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'
import { Status, toneEdge } from '#components/ui/status.tsx'
import { useNow } from '#components/ui/use-now.ts'
import type { TargetView } from '#lib/catalog/view.ts'
import { healthNow, isStale, noRollback } from './cell-facts.ts'

/** One service in one region: what runs, how it is and why, what it would go back to, and how old that is. */
export function FleetCell({ target, onAsk, showEnvironment, showRegion = false }: { target: TargetView; onAsk: (target: TargetView) => void; showEnvironment: boolean; showRegion?: boolean }) {
  const t = useTranslations('fleet')
  const now = useNow(1000)
  const health = healthNow(target, now)
  const stale = isStale(target, now)
  const off = noRollback(target)
  return (
    <article
      data-row
      aria-label={t('cell', { service: target.service, region: target.region, environment: target.environment })}
      className={cn('flex h-full flex-col gap-2 rounded-md border border-border border-l-4 p-3', toneEdge[healthTone[health]], health === 'unknown' ? 'hatched' : 'bg-surface')}
    >
      <div className="flex flex-wrap items-center gap-2">
        {showRegion ? <span className="font-semibold">{target.region}</span> : null}
        <Status tone={healthTone[health]} size="sm" className={health === 'unknown' ? 'bg-surface' : ''}>{t(`health.${health}`)}</Status>
        <span className="ml-auto flex items-center gap-2">
          {target.kind === 'drill' ? <Status tone="drill" size="sm">{t('drill')}</Status> : null}
          {showEnvironment ? <span className="text-xs text-text-3">{target.environment}</span> : null}
        </span>
      </div>
      {target.running.length === 0 ? <p className="text-text-2">{t('nothingSeen')}</p> : (
        <ul>
          {target.running.map((running) => (
            <li key={running.digest} className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className="font-mono text-base font-semibold">{running.version ?? `${t('unknownVersion')} ${running.digest.replace('sha256:', '').slice(0, 8)}`}</span>
              <span className={running.healthy < running.instances ? 'text-degraded-fg' : 'text-text-2'}>{t('instances', { healthy: running.healthy, instances: running.instances })}</span>
            </li>
          ))}
        </ul>
      )}
      {health === 'good' ? null : <p className="text-[0.8125rem] leading-5 text-pretty">{target.because}</p>}
      {target.breaches.some((rule) => !target.because.includes(rule)) ? <p className="text-[0.8125rem] text-bad-fg">{t('breaches', { rules: target.breaches.join(', ') })}</p> : null}
      <p className="text-xs leading-4 text-text-2">
        {target.desired ? t('desired', { version: target.desired.version }) : t('desiredNone')} · {target.lastKnownGood ? t('knownGood', { version: target.lastKnownGood.version }) : t('knownGoodNone')}
      </p>
      <div className="mt-auto flex flex-wrap items-center justify-between gap-2">
        <p className={cn('text-xs', stale ? 'font-medium text-text' : 'text-text-3')}>{t(stale && target.observedAt ? 'stale' : 'seen')} <Age at={target.observedAt} /></p>
        {target.runId ? <Link href={`/runs/${target.runId}`} className="text-[0.8125rem] font-medium underline">{t('toRun')}</Link> : null}
        {off ? null : (
          <Button size="sm" variant={health === 'bad' ? 'danger' : 'secondary'} onClick={() => onAsk(target)} aria-label={t('rollback.askOf', { service: target.service, region: target.region })}>
            <Undo2 aria-hidden />
            {t('rollback.ask')}
          </Button>
        )}
      </div>
    </article>
  )
}
