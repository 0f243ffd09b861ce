'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Age } from '#components/ui/age.tsx'
import { Status } from '#components/ui/status.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'
import type { BreachView } from '#lib/triggers/view.ts'
import { DecisionActions } from './decision-actions.tsx'
import { DecisionWho } from './decision-who.tsx'
import { Disclosure } from './disclosure.tsx'
import type { Mark } from './evidence-chart.tsx'
import { EvidenceItem } from './evidence-item.tsx'
import { PlanChanged } from './plan-changed.tsx'
import { PlanGlance } from './plan-glance.tsx'
import { PlanSections } from './plan-sections.tsx'
import { ProposePlan } from './propose-plan.tsx'
import { ended, valueInWords } from './rules/in-words.ts'
import { Section } from './section.tsx'
import { useSignalWords } from './use-signal-words.ts'

/** First on the page: what must be decided, what happens if yes, what is lost, and the buttons under the thumb. */
export function DecisionCard({ incident }: { incident: IncidentView }) {
  const t = useTranslations('incident.decision')
  const { next, plan, run } = incident
  const [read, setRead] = useState(plan)
  // The first plan that is shown counts as read; every later one has to be acknowledged.
  if (read === null && plan !== null) setRead(plan)
  const changed = read !== null && plan !== null && read.hash !== plan.hash
  const fresh = plan !== null && plan.runId === null
  const over = incident.status === 'resolved' || incident.status === 'closed'
  // While one is voted on, voted for or running, another plan would only take its place.
  const mayProposeAgain = !over && !(run && ['pending', 'running', 'paused'].includes(run.status)) && !(fresh && ['pending', 'satisfied'].includes(incident.approval?.state ?? ''))
  const quiet = next.kind === 'nothing'
  const worst = incident.breaches.filter((breach) => breach.closedAt === null).sort((a, b) => beyond(b) - beyond(a))[0]
  return (
    <section aria-labelledby="decision" className={`rounded-md border bg-surface ${quiet ? 'border-border' : 'border-border-strong shadow-lift'}`}>
      {changed && <PlanChanged read={read} now={plan} onRead={() => setRead(plan)} />}
      <header className="px-4 pt-4 pb-4 sm:px-6 sm:pt-5 sm:pb-5">
        <p className="eyebrow">{quiet ? t('nothing') : t('decide')}</p>
        <h2 id="decision" aria-live="polite" className={`mt-1 text-pretty ${quiet ? 'text-base leading-6 text-text-2 sm:text-lg sm:leading-7' : 'text-xl leading-7 font-semibold tracking-tight sm:text-2xl sm:leading-8'}`}>
          {next.sentence}
        </h2>
        {fresh && !over && (
          <div className="mt-4">
            <PlanGlance plan={plan} first={worst && worst.evidence.value !== null ? { label: t('wrongNow'), value: <WorstNow breach={worst} value={worst.evidence.value} /> } : undefined} />
          </div>
        )}
      </header>
      <Wrong incident={incident} folded={over} />
      {fresh && !over ? (
        <PlanSections plan={plan} />
      ) : plan ? (
        <div className="border-t border-border px-2 py-2 sm:px-4">
          <div className="px-2">
            <Disclosure summary={t(fresh ? 'planNotUsed' : 'planOfRun')}>
              <div className="-mx-4 sm:-mx-6">
                <PlanSections plan={plan} />
              </div>
            </Disclosure>
          </div>
        </div>
      ) : over ? null : (
        <Section label={t('happens')}>
          <p className="flex flex-wrap items-center gap-2 text-text-2">
            <Status tone="unknown" size="sm">
              {t('noPlan')}
            </Status>
            <span className="min-w-0 text-pretty">{incident.noPlanBecause ? ended(incident.noPlanBecause) : t('noPlanYet')}</span>
          </p>
          {plan === null && (
            <div className="mt-3">
              <ProposePlan incident={incident} again={false} />
            </div>
          )}
        </Section>
      )}
      {plan !== null && mayProposeAgain && (
        <div className="border-t border-border px-4 py-2 sm:px-6">
          <ProposePlan incident={incident} again />
        </div>
      )}
      {fresh && !over && <DecisionWho incident={incident} />}
      <DecisionActions incident={incident} changed={changed} />
    </section>
  )
}

/** How many times its limit a signal is; what was not measured comes last. */
const beyond = ({ evidence: { value, limit, direction } }: BreachView): number => (value === null ? -1 : direction === 'above' ? value / (limit || 1e-9) : limit / (value || 1e-9))

function WorstNow({ breach: { evidence, openedAt }, value }: { breach: BreachView; value: number }) {
  const t = useTranslations('incident.glance')
  const words = useSignalWords()
  if (evidence.signal === 'no-healthy-instance') return <span className="text-bad-fg">{evidence.sentence}</span>
  return (
    <>
      <span className="text-bad-fg">
        {words(evidence.signal)} {valueInWords(value, evidence.unit)}
      </span>
      <span className="block text-xs font-medium text-text-3">
        {t('limit', { limit: valueInWords(evidence.limit, evidence.unit) })} <Age at={evidence.series.at(-1)?.at ?? openedAt} />
      </span>
    </>
  )
}

function Wrong({ incident, folded }: { incident: IncidentView; folded: boolean }) {
  const t = useTranslations('incident.decision')
  const { breaches, run } = incident
  const sorted = [...breaches].sort((a, b) => Number(Boolean(a.closedAt)) - Number(Boolean(b.closedAt)) || a.openedAt.localeCompare(b.openedAt))
  const first = folded ? [] : sorted.slice(0, 2)
  const rest = folded ? sorted : sorted.slice(2)
  const marks: Mark[] = [...(run?.startedAt ? [{ at: run.startedAt, label: t('markRun') }] : []), ...(run?.finishedAt ? [{ at: run.finishedAt, label: t('markDone') }] : [])]
  return (
    <Section label={t(sorted.length > 0 && sorted.every((breach) => breach.closedAt) ? 'wasWrong' : 'wrong')}>
      {sorted.length === 0 && <p className="text-text-2 text-pretty">{t('noBreach', { name: incident.declaredBy })}</p>}
      <div className="@container">
        <div className={first.length > 1 ? 'grid gap-x-8 gap-y-6 @md:grid-cols-2' : ''}>
          {first.map((breach) => (
            <EvidenceItem key={breach.id} breach={breach} marks={marks} />
          ))}
        </div>
      </div>
      {rest.length > 0 && (
        <div className={first.length ? 'mt-4' : ''}>
          <Disclosure summary={t(folded ? 'breaches' : 'moreBreaches', { count: rest.length })}>
            <div className="space-y-6">
              {rest.map((breach) => (
                <EvidenceItem key={breach.id} breach={breach} marks={marks} />
              ))}
            </div>
          </Disclosure>
        </div>
      )}
    </Section>
  )
}
