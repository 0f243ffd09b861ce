'use client'

import { ArrowLeftRight, ArrowRight, Minus, Plus } from 'lucide-react'
import Link from 'next/link'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { rangeInWords, shortHash } from '#components/incident/rules/in-words.ts'
import { Button } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Time } from '#components/ui/time.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { PlanView } from '#lib/orchestration/view.ts'
import { LongList } from './long-list.tsx'
import { PlanTitle } from './plan-title.tsx'
import type { Difference, Part } from './rules/compare-plans.ts'
import { comparePlans } from './rules/compare-plans.ts'
import { stepChange } from './rules/step-change.ts'
import type { PlanWords } from './use-plan-words.ts'
import { usePlanWords } from './use-plan-words.ts'

type Loaded = { data: PlanView; version: string } | undefined

/** Two plans side by side: only what differs, and by name what does not. */
export function CompareScreen({ a, b, first, second }: { a: string; b: string; first: Loaded; second: Loaded }) {
  const before = useLive('plan.view', { planId: a }, first)
  const after = useLive('plan.view', { planId: b }, second)
  if (before.data && after.data) return <Compared before={before.data} after={after.data} />
  const problem = before.problem ?? after.problem
  return problem ? <ProblemNote problem={problem} /> : <Skeleton className="h-96" />
}

function Compared({ before, after }: { before: PlanView; after: PlanView }) {
  const t = useTranslations('plan.compare')
  const steps = useMemo(() => [...new Map([...before.steps, ...after.steps].map((step) => [step.key, step])).values()], [before, after])
  const words = usePlanWords(steps)
  const { same, parts } = useMemo(() => comparePlans(before, after), [before, after])
  const other = parts.filter(({ differences }) => differences.length > 0)
  const like = parts.filter(({ differences }) => differences.length === 0)
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <Button asChild size="sm" className="print:hidden">
            <Link href={`/plans/compare?a=${after.id}&b=${before.id}`}>
              <ArrowLeftRight aria-hidden />
              {t('swap')}
            </Link>
          </Button>
        }
      >
        {same ? t('same') : other.length === 0 ? t('onlyPlaces') : null}
      </PageHeader>
      <div className="space-y-5">
        <div className="grid gap-3 md:grid-cols-2">
          <Head label={t('before')} plan={before} />
          <Head label={t('after')} plan={after} />
        </div>
        {other.map(({ part, differences }) => (
          <Card key={part} title={t(`parts.${part}`)} aside={t('count', { count: differences.length })}>
            <LongList
              label={t(`parts.${part}`)} className="divide-y divide-border" count={differences.length} estimate={64} keyOf={(index) => `${part} ${index} ${differences[index]?.about.join(' ') ?? ''}`}
              row={(index) => {
                const difference = differences[index]
                return difference && <Row part={part} difference={difference} words={words} />
              }}
            />
          </Card>
        ))}
        {like.length > 0 && !same && <p className="text-text-3">{t('unchanged', { parts: like.map(({ part }) => t(`parts.${part}`)).join(', ') })}</p>}
      </div>
    </>
  )
}

function Head({ label, plan }: { label: string; plan: PlanView }) {
  const t = useTranslations('plan')
  return (
    <section aria-label={label} className="rounded-md border border-border bg-surface px-4 py-3">
      <p className="eyebrow">{label}</p>
      <p className="mt-1 font-semibold text-pretty">
        <Link href={`/plans/${plan.id}`} className="underline decoration-border-strong underline-offset-2 hover:decoration-text"><PlanTitle plan={plan} /></Link>
      </p>
      <p className="mt-1 text-[0.8125rem] text-text-2">
        <span className="font-mono">{shortHash(plan.hash)}</span> · {rangeInWords(plan.forecast.p50Ms, plan.forecast.p90Ms)} · {t('picture.steps', { count: plan.steps.length })}
      </p>
      <p className="text-[0.8125rem] text-text-3">
        {t('proposedBy', { name: plan.author })} <Time at={plan.createdAt} />
      </p>
    </section>
  )
}

/** One difference: a sign and a word for its kind, what it is about, and both sides in columns where there is room. */
function Row({ part, difference: { about, before, after }, words }: { part: Part; difference: Difference; words: PlanWords }) {
  const t = useTranslations('plan.compare')
  const kind = before === null ? 'added' : after === null ? 'gone' : 'changed'
  const Sign = { added: Plus, gone: Minus, changed: ArrowRight }[kind]
  const say = (text: string | null): string | null => (text === null ? null : words.inWords(text))
  const [was, is] = part === 'steps' ? stepChange(before, after) : [say(before), say(after)]
  return (
    <div className="grid gap-x-5 gap-y-1 py-2.5 text-[0.8125rem] md:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_minmax(0,1fr)]">
      <p className="flex items-start gap-2">
        <Sign aria-hidden className="mt-0.5 size-4 shrink-0 text-text-2" />
        <span className="min-w-0">
          <span className="text-text-3">{t(kind)}</span> <span className="font-medium break-words">{about.map(words.nameOf).join(' → ')}</span>
        </span>
      </p>
      <Side part={part} text={was} gone={before === null} label={t('before')} />
      <Side part={part} text={is} gone={after === null} label={t('after')} />
    </div>
  )
}

function Side({ part, text, gone, label }: { part: Part; text: string | null; gone: boolean; label: string }) {
  const t = useTranslations('plan.compare')
  return (
    <p className={`min-w-0 text-pretty break-words ${part === 'steps' && !gone ? 'font-mono text-xs leading-5 whitespace-pre-wrap' : ''} ${gone ? 'text-text-3' : ''}`}>
      <span className="text-text-3 md:sr-only">{label}: </span>
      {gone ? t('nothing') : text}
    </p>
  )
}
