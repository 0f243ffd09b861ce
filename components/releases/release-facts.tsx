'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Card } from '#components/ui/card.tsx'
import { Copy } from '#components/ui/copy.tsx'
import { Time } from '#components/ui/time.tsx'
import type { ReleaseView } from '#lib/releases/view.ts'
import { readDeclares } from './read-declares.ts'

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-3 py-1.5">
    <dt className="text-text-3">{name}</dt>
    <dd className="min-w-0">{children}</dd>
  </div>
)

/** Which bytes, from where, when. */
export function ReleaseFacts({ release }: { release: ReleaseView }) {
  const t = useTranslations('release.facts')
  return (
    <Card title={t('title')}>
      <dl>
        <Fact name={t('digest')}><Copy text={release.digest} /></Fact>
        <Fact name={t('commit')}>{release.commit ? <Copy text={release.commit} /> : t('notKnown')}</Fact>
        <Fact name={t('pipeline')}>{release.pipelineUrl ? <a href={release.pipelineUrl} rel="noreferrer" className="break-all underline">{release.pipelineUrl}</a> : t('notKnown')}</Fact>
        <Fact name={t('built')}>{release.builtAt ? <Time at={release.builtAt} /> : t('notKnown')}</Fact>
        <Fact name={t('registered')}><Time at={release.registeredAt} /> {t('by', { name: release.registeredBy })}</Fact>
      </dl>
    </Card>
  )
}

/** What it says of itself: what decides what it can run beside, and whether the way back is open. */
export function ReleaseDeclares({ release }: { release: ReleaseView }) {
  const t = useTranslations('release.declares')
  const { offers, calls, schema, oneWay, besideItself } = readDeclares(release.declares)
  return (
    <Card title={t('title')}>
      <dl>
        <Fact name={t('offers')}>{offers.length ? <ul>{offers.map((one) => <li key={one.contract}>{one.contract} <span className="font-mono">{one.version}</span></li>)}</ul> : t('nothing')}</Fact>
        <Fact name={t('calls')}>{calls.length ? <ul>{calls.map((one) => <li key={one.contract}>{one.contract} <span className="font-mono">{one.range}</span> {t(one.scope === 'global' ? 'scope.global' : 'scope.region')}</li>)}</ul> : t('nothing')}</Fact>
        <Fact name={t('schema')}>{schema ? t('schemaText', { database: schema.database, writes: schema.writes, from: schema.reads[0], to: schema.reads[1] }) : t('noSchema')}</Fact>
        <Fact name={t('oneWay')}>{oneWay ? <strong className="font-semibold text-degraded-fg">{oneWay}</strong> : t('noOneWay')}</Fact>
        <Fact name={t('beside')}>{besideItself ? t('besideYes') : <strong className="font-semibold">{t('besideNo')}</strong>}</Fact>
      </dl>
      <details className="mt-2">
        <summary className="text-[0.8125rem] font-medium">{t('raw')}</summary>
        <pre className="mt-2 max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5" tabIndex={0}>{JSON.stringify({ declares: release.declares, metadata: release.metadata }, null, 2)}</pre>
      </details>
    </Card>
  )
}
