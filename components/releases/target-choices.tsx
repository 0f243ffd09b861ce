'use client'

import { useTranslations } from 'use-intl'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import { useLive } from '#lib/client/live.tsx'
import type { TargetChoiceView } from '#lib/releases/view.ts'

/** What a rollback of a service would go back to in each region, why, and why not to each of the others. */
export function TargetChoices({ service, environment, suspectId }: { service: string; environment: string; suspectId: string | null }) {
  const t = useTranslations('release.choices')
  const live = useLive('target.choices', { service, environment, ...(suspectId ? { suspectId } : {}) })
  if (!live.data) return live.problem ? <ProblemNote problem={live.problem} /> : <Skeleton className="h-16" />
  const alike = sameEverywhere(live.data)
  const shown = alike ? live.data.slice(0, 1) : live.data
  return (
    <ul className="space-y-3">
      {shown.map((choice) => (
        <li key={choice.targetId} className="min-w-0">
          <p className="flex items-start gap-2">
            <StatusMark tone={choice.releaseId ? 'good' : 'unknown'} className="mt-0.5" />
            <span className="min-w-0 text-pretty break-words"><strong className="font-semibold">{service} {alike ? t('everywhere') : t('in', { region: choice.region })}</strong> → {choice.because}</span>
          </p>
          <Others choice={choice} />
        </li>
      ))}
    </ul>
  )
}

function Others({ choice }: { choice: TargetChoiceView }) {
  const t = useTranslations('release.choices')
  const others = choice.releases.filter((one) => one.verdict !== 'chosen')
  if (others.length === 0) return null
  return (
    <details className="mt-1 ml-6 text-[0.8125rem] text-text-2">
      <summary className="cursor-pointer">{t('others', { count: others.length })}</summary>
      <ul className="mt-1 space-y-0.5">
        {others.map((one) => <li key={one.releaseId} className="break-words"><span className="font-mono">{one.version}</span>: {one.because}</li>)}
      </ul>
    </details>
  )
}

/** One line says it where no region differs in anything that is said. */
function sameEverywhere(choices: readonly TargetChoiceView[]): boolean {
  const said = choices.map(({ because, releases }) => JSON.stringify([because, releases]))
  return choices.length > 1 && said.every((one) => one === said[0])
}
