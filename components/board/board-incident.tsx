'use client'

import { ArrowDownRight, ArrowRight, ArrowUpRight, CircleHelp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Countdown, Elapsed } from '#components/ui/age.tsx'
import { cn } from '#components/ui/cn.ts'
import { Severity } from '#components/ui/severity.tsx'
import { Status, toneText } from '#components/ui/status.tsx'
import { useNow } from '#components/ui/use-now.ts'
import type { BoardIncident } from './board-facts.ts'
import { backOf } from './board-facts.ts'
import { useClockTime } from './clock-time.tsx'
import { StageTrack } from './stage-track.tsx'

const trends = {
  rising: { icon: ArrowUpRight, tone: 'bad' },
  falling: { icon: ArrowDownRight, tone: 'good' },
  steady: { icon: ArrowRight, tone: 'degraded' },
  unknown: { icon: CircleHelp, tone: 'unknown' },
} as const

function Fact({ name, children, hatched = false, className }: { name: string; children: ReactNode; hatched?: boolean; className?: string }) {
  return (
    <div className={cn('rounded-md px-[0.9em] py-[0.6em]', hatched ? 'hatched' : 'bg-surface', className)}>
      <dt className="text-[0.62em] leading-tight text-text-3">{name}</dt>
      <dd className="mt-[0.15em] text-[1.45em] leading-tight font-semibold text-balance">{children}</dd>
    </div>
  )
}

/** One incident for everyone in the room: is it getting better, when is it over, who has it. Sizes are of the wall, in its own em. */
export function BoardIncidentView({ incident }: { incident: BoardIncident }) {
  const t = useTranslations('board')
  return (
    <article className="flex flex-1 flex-col justify-between gap-[2.4vh]" aria-label={incident.headline}>
      <header>
        <div className="flex flex-wrap items-center gap-x-[0.7em] gap-y-2">
          <Severity level={incident.severity} className="rounded-md px-[0.5em] py-[0.15em] text-[1em]" />
          <span className="font-mono text-text-2">INC-{incident.number}</span>
          {incident.kind === 'drill' ? <Status tone="drill" className="text-[0.8em] [&_svg]:size-[1em]">{t('drill')}</Status> : null}
          <span className="ml-auto flex items-baseline gap-[0.4em]">
            <span className="text-[0.62em] text-text-3">{t(incident.resolvedAt ? 'took' : 'open')}</span>
            <Elapsed since={incident.openedAt} until={incident.resolvedAt} className="font-mono text-[1.4em] sm:text-[1.6em] leading-none font-semibold" />
          </span>
        </div>
        <h1 className="mt-[1.6vh] text-[1.7em] leading-[1.08] sm:text-[2.3em] sm:leading-[1.06] font-semibold tracking-tight text-balance">{incident.headline}</h1>
      </header>
      <StageTrack stage={incident.stage} />
      <Facts incident={incident} />
      <Words incident={incident} />
    </article>
  )
}

function Facts({ incident }: { incident: BoardIncident }) {
  const t = useTranslations('board')
  const now = useNow(1000)
  const clock = useClockTime()
  const back = backOf(incident, now)
  const { icon: Trend, tone } = trends[incident.trend]
  return (
    <dl className="grid gap-[1.2vh] sm:grid-cols-3 sm:gap-x-[0.6em]">
      <Fact name={t('backAgain')} hatched={back.kind === 'unknown'}>
        {back.kind === 'resolved' ? t('resolved') : back.kind === 'proven' ? t('proven') : back.kind === 'unknown' ? t('notKnown') : back.kind === 'longer' ? t('longer', { to: clock(back.to) }) : back.kind === 'around' ? t('around', { from: clock(back.from) }) : t('between', { from: clock(back.from), to: clock(back.to) })}
      </Fact>
      <Fact name={t('regions')} hatched={incident.regionsAffected === 0}>{incident.regionsAffected === 0 ? t('notMeasured') : t('regionsOf', { restored: incident.regionsRestored, affected: incident.regionsAffected })}</Fact>
      <Fact name={t('failing')} hatched={incident.failingPerMinute === null}>
        {incident.failingPerMinute === null ? t('notMeasured') : (
          <span className="flex flex-wrap items-baseline gap-x-[0.4em]">
            {Math.round(incident.failingPerMinute).toLocaleString('en-GB')}
            <span className={cn('inline-flex items-center gap-[0.15em] text-[0.7em]', toneText[tone])}><Trend aria-hidden className="size-[1em]" strokeWidth={2.5} />{t(`trend.${incident.trend}`)}</span>
          </span>
        )}
      </Fact>
    </dl>
  )
}

function Words({ incident }: { incident: BoardIncident }) {
  const t = useTranslations('board')
  const now = useNow(1000)
  const clock = useClockTime()
  const { lastWord, nextWordBy } = incident
  const overdue = nextWordBy !== null && now !== null && Date.parse(nextWordBy) < now
  return (
    <dl className="grid gap-x-[1.4em] gap-y-[1.2vh] border-t border-border-strong/60 pt-[1.8vh] sm:grid-cols-[1fr_2fr_1fr]">
      <div>
        <dt className="text-[0.62em] text-text-3">{t('command')}</dt>
        <dd className={cn('font-semibold', !incident.commander && 'text-bad-fg')}>{incident.commander ?? t('nobody')}</dd>
      </div>
      <div className="min-w-0">
        <dt className="text-[0.62em] text-text-3">{t('lastWord')}{lastWord ? ` · ${clock(lastWord.at)}` : ''}</dt>
        <dd className="line-clamp-2 text-[0.8em] leading-snug">{lastWord?.text ?? t('noWord')}</dd>
      </div>
      <div>
        <dt className="text-[0.62em] text-text-3">{t('nextWord')}{nextWordBy ? ` ${t('nextBy', { time: clock(nextWordBy) })}` : ''}</dt>
        <dd className={cn('font-semibold', overdue && 'text-bad-fg')}>
          {nextWordBy === null ? t('notPromised') : overdue ? <>{t('overdue')} <Elapsed since={nextWordBy} className="font-mono" /></> : <>{t('nextIn')} <Countdown until={nextWordBy} className="font-mono" /></>}
        </dd>
      </div>
    </dl>
  )
}
