'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Elapsed } from '#components/ui/age.tsx'
import { Copy } from '#components/ui/copy.tsx'
import { Time } from '#components/ui/time.tsx'
import { rangeInWords, shortHash } from '#components/incident/rules/in-words.ts'
import type { RunView } from '#lib/orchestration/view.ts'

/** Who let it run, who commands it, and how long it was to take. */
export function RunFacts({ run }: { run: RunView }) {
  const t = useTranslations('run.facts')
  const { authority, forecast } = run
  return (
    <dl className="grid gap-x-8 gap-y-4 sm:grid-cols-2 lg:grid-cols-4">
      <Fact label={t('elapsed')}>
        {run.startedAt ? <Elapsed since={run.startedAt} until={run.finishedAt} className="text-xl font-semibold tracking-tight" /> : t('notStarted')}
        <span className="block text-[0.8125rem] font-normal text-text-3">
          {t('forecast', { range: rangeInWords(forecast.p50Ms, forecast.p90Ms) })} · {forecast.basis}
        </span>
      </Fact>
      <Fact label={t('started')}>
        {run.startedBy}
        <span className="block text-[0.8125rem] font-normal text-text-3">
          <Time at={run.startedAt} seconds />
          {run.finishedAt && (
            <>
              {' – '}
              <Time at={run.finishedAt} seconds />
            </>
          )}
        </span>
      </Fact>
      <Fact label={t('authority')}>
        {authority.kind === 'approval' ? authority.votes.map((vote) => vote.name).join(', ') || t('noVotes') : t('standing', { rule: authority.rule })}
        <span className="block text-[0.8125rem] font-normal text-text-3">{authority.kind === 'approval' ? t('approved') : authority.asked ? t('policyAsked', { revision: authority.policyRevision, asked: authority.asked }) : t('policy', { revision: authority.policyRevision })}</span>
      </Fact>
      <Fact label={t('commander')}>
        {run.incident ? (run.commander?.name ?? <span className="text-degraded-fg">{t('nobody')}</span>) : t('noSeat')}
        <span className="block text-[0.8125rem] font-normal">
          {run.incident && (
            <Link href={`/incidents/${run.incident.number}`} className="underline underline-offset-2">
              INC-{run.incident.number}
            </Link>
          )}
          <span className="text-text-3">
            {run.incident && ' · '}
            <Link href={`/plans/${run.planId}`} className="underline underline-offset-2">
              {t('plan')}
            </Link>{' '}
          </span>
          <Copy text={run.planHash} label={shortHash(run.planHash)} className="align-middle" />
        </span>
      </Fact>
    </dl>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="eyebrow">{label}</dt>
      <dd className="mt-1 font-medium">{children}</dd>
    </div>
  )
}
