'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Time } from '#components/ui/time.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { PolicyView } from '#lib/governance/view.ts'
import { PolicyChanges } from './policy-changes.tsx'
import { PolicyTrialForm } from './policy-trial.tsx'

/** The policy in force, what each revision changed, and what a change would need by it. */
export function PolicyScreen({ initial }: { initial?: { data: PolicyView; version: string } | undefined }) {
  const t = useTranslations('policy')
  const [revision, setRevision] = useState<number>()
  const live = useLive('policy.view', revision === undefined ? {} : { revision }, revision === undefined ? initial : undefined)
  const policy = live.data
  return (
    <>
      <PageHeader title={t('title')} live={live} actions={revision === undefined ? undefined : <Button onClick={() => setRevision(undefined)}>{t('newest')}</Button>}>
        {t('intro')}
      </PageHeader>
      {live.problem && <ProblemNote problem={live.problem} />}
      {!policy && !live.problem && <Skeleton className="h-64" />}
      {policy && (
        <div className="space-y-8">
          {policy.document === null ? (
            <p className="max-w-prose text-text-2 text-pretty">{t('none')}</p>
          ) : (
            <section aria-labelledby="in-force">
              <h2 id="in-force" className="text-base font-semibold">
                {t('inForce', { revision: policy.revision })}
              </h2>
              {policy.rules.length === 0 && <p className="mt-2 text-text-2">{t('noRules')}</p>}
              <dl className="mt-2 divide-y divide-border rounded-md border border-border bg-surface px-4">
                {policy.rules.map((rule) => (
                  <div key={rule.name} className="py-3 sm:grid sm:grid-cols-[14rem_1fr] sm:gap-4">
                    <dt className="font-medium">{rule.name}</dt>
                    <dd className="text-text-2 text-pretty">{rule.words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          )}
          <PolicyTrialForm environments={policy.environments} services={policy.services} />
          {policy.document !== null && <PolicyChanges policy={policy} />}
          {policy.revisions.length > 0 && (
            <section aria-labelledby="revisions">
              <h2 id="revisions" className="text-base font-semibold">
                {t('revisions')}
              </h2>
              <ul className="mt-2 divide-y divide-border rounded-md border border-border bg-surface px-4">
                {policy.revisions.map((one) => (
                  <li key={one.revision} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
                    <span className="font-medium">{t('revisionBy', { revision: one.revision, name: one.by })}</span>
                    <span className="text-text-3">
                      <Time at={one.at} />
                    </span>
                    {one.reason && <span className="min-w-0 text-text-2">“{one.reason}”</span>}
                    <Button size="sm" variant="ghost" className="ml-auto" onClick={() => setRevision(one.revision)}>
                      {t('show', { revision: one.revision })}
                    </Button>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      )}
    </>
  )
}
