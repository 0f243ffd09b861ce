'use client'

import { ArrowRight, CircleHelp, CircleMinus, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Copy } from '#components/ui/copy.tsx'
import { Status, StatusMark } from '#components/ui/status.tsx'
import type { LossView, PlanView } from '#lib/orchestration/view.ts'
import { Disclosure } from './disclosure.tsx'
import { ForecastBars } from './forecast-bars.tsx'
import { OtherWays } from './other-ways.tsx'
import { ended, rangeInWords, shortHash } from './rules/in-words.ts'
import { Section } from './section.tsx'
import { useStepWords } from './use-step-words.ts'

const lossLook: Record<LossView['severity'], { icon: LucideIcon; text: string }> = {
  none: { icon: CircleMinus, text: 'text-text-3' },
  some: { icon: TriangleAlert, text: 'text-degraded-fg' },
  serious: { icon: OctagonAlert, text: 'text-bad-fg' },
  unknown: { icon: CircleHelp, text: 'text-unknown-fg' },
}

/** What a plan does, loses and takes, as answers to the questions that somebody who must decide asks. */
export function PlanSections({ plan }: { plan: PlanView }) {
  const t = useTranslations('incident.plan')
  const { forecast } = plan
  return (
    <>
      <Section label={t('happens')}>
        <p className="text-lg leading-7 font-semibold text-pretty">{plan.sentence}</p>
        <Moves moves={plan.moves} />
        <p className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-text-2">
          <Status tone={plan.proof.holds ? 'good' : 'bad'} size="sm">
            {plan.proof.holds ? t('proofHolds') : t('proofFails')}
          </Status>
          <span className="min-w-0 text-pretty">{ended(plan.proof.because)}</span>
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-text-3">
          <span className="inline-flex items-center gap-1">
            {t('hash')} <Copy text={plan.hash} label={shortHash(plan.hash)} />
          </span>
          <Link href={`/plans/${plan.id}`} className="text-text-2 underline underline-offset-2 hover:text-text">
            {t('whole')}
          </Link>
        </div>
        <Steps plan={plan} />
      </Section>
      {plan.notes.length > 0 && (
        <Section label={t('notes')}>
          <ul className="space-y-1.5">
            {plan.notes.map((note) => (
              <li key={note} className="flex items-start gap-2">
                <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-degraded-fg" />
                <span className="min-w-0 text-pretty break-words">{note}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section label={t('lost')}>
        {plan.losses.length === 0 ? (
          <p className="flex gap-2 text-text-2">
            <StatusMark tone="unknown" className="mt-0.5" />
            {t('lossUnknown')}
          </p>
        ) : (
          <ul className="space-y-1.5">
            {plan.losses.map((loss) => {
              const { icon: Icon, text } = lossLook[loss.severity]
              return (
                <li key={loss.what} className="flex items-start gap-2">
                  <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${text}`} />
                  <span className="min-w-0 text-pretty">
                    <span className={`font-medium ${text}`}>{t(`loss.${loss.severity}`)}</span> <span className="text-text-2">{loss.what}</span>
                  </span>
                </li>
              )
            })}
          </ul>
        )}
      </Section>
      {plan.leaves.length > 0 && (
        <Section label={t('leaves')}>
          <ul className="space-y-1.5">
            {plan.leaves.map(({ what, undo }) => (
              <li key={what} className="min-w-0 text-pretty break-words">
                <span className="font-medium">{what}</span> <span className="text-text-2">{ended(undo)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section label={t('undo')}>
        <p className="text-pretty">
          <span className={`font-semibold ${plan.reversible.yes ? '' : 'text-bad-fg'}`}>{plan.reversible.yes ? t('undoYes') : t('undoNo')}</span> <span className="text-text-2">{ended(plan.reversible.because)}</span>
        </p>
      </Section>
      <Section label={t('howLong')}>
        <p className="text-text-2">
          <span className="text-lg font-semibold text-text">{rangeInWords(forecast.p50Ms, forecast.p90Ms)}</span> {t('forecastMeans')}
        </p>
        <ForecastBars forecast={forecast} />
        <p className="mt-2 text-xs text-text-3">{t('basis', { basis: forecast.basis })}</p>
      </Section>
      <OtherWays plan={plan} />
    </>
  )
}

function Moves({ moves }: { moves: PlanView['moves'] }) {
  const t = useTranslations('incident.plan')
  return (
    <ol className="mt-3 divide-y divide-border rounded-md border border-border">
      {moves.map((move, index) => (
        <li key={`${move.service}:${move.region}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-2">
          <span className="w-4 shrink-0 text-text-3">{index + 1}</span>
          <span className="font-medium">{move.region}</span>
          <span className="text-text-2">{move.service}</span>
          <span className="ml-auto inline-flex items-center gap-1.5 font-mono text-[0.8125rem]">
            <span className="text-text-2">{move.from.join(', ') || t('nothing')}</span>
            <ArrowRight aria-label={t('to')} className="size-3.5 text-text-3" />
            <span className="font-semibold">{move.to}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}

function Steps({ plan }: { plan: PlanView }) {
  const t = useTranslations('incident.plan')
  const words = useStepWords()
  const byKey = new Map(plan.steps.map((step) => [step.key, step]))
  const say = (key: string): string => {
    const step = byKey.get(key)
    return step ? words(step) : key
  }
  return (
    <div className="mt-1">
      <Disclosure summary={t('steps', { count: plan.steps.length })}>
        <ol className="space-y-2">
          {plan.steps.map((step, index) => (
            <li key={step.key} className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-1">
              <span className="text-text-3">{index + 1}</span>
              <div className="min-w-0">
                <p className="font-medium">
                  {words(step)} {step.repeatable ? null : <span className="font-normal text-degraded-fg">{t('notRepeatable')}</span>}
                </p>
                {plan.reasons
                  .filter((reason) => reason.to === step.key)
                  .map((reason) => (
                    <p key={reason.from} className="text-[0.8125rem] text-text-3 text-pretty">
                      {t('after', { step: say(reason.from) })} {ended(reason.because)}
                    </p>
                  ))}
              </div>
            </li>
          ))}
        </ol>
      </Disclosure>
    </div>
  )
}
