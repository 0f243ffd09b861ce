'use client'

import { useCallback, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { SignLegend } from '#components/plan/role-sign.tsx'
import { TimePicture } from '#components/plan/time-picture.tsx'
import type { PicturedStep } from '#components/plan/rules/picture.ts'
import { laneOfRegion, pictureOfRun } from '#components/plan/rules/picture-of-run.ts'
import { sinceStart } from '#components/plan/rules/since-start.ts'
import { usePlanWords } from '#components/plan/use-plan-words.ts'
import { useMedia } from '#components/ui/use-media.ts'
import { useNow } from '#components/ui/use-now.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import { LaneState } from './lane-state.tsx'
import { StepRow } from './step-row.tsx'

/** More steps than this and the picture moves every two seconds: it is laid out anew each time. */
const many = 300

/** The plan's picture while it happens: blocks as wide as they took, those at work growing, what is still expected hatched. */
export function RunChart({ run, onLog }: { run: RunView; onLog: (stepId: string) => void }) {
  const t = useTranslations('run.chart')
  const states = useTranslations('run.stepStatus')
  const short = useTranslations('run.step.word')
  const narrow = useMedia('(max-width: 47.99rem)')
  const steps = useMemo(() => run.regions.flatMap((region) => region.steps), [run.regions])
  const now = useNow(run.finishedAt ? 60_000 : steps.length > many ? 2_000 : 500)
  const { nameOf } = usePlanWords(steps)
  const picture = useMemo(() => pictureOfRun(run, now ?? Date.parse(run.live?.at ?? run.finishedAt ?? run.startedAt ?? '')), [run, now])
  const [chosen, setChosen] = useState<string | null>(null)
  const wordOf = useCallback((one: PicturedStep) => (one.role === 'playbook' ? one.stepKind : short(one.role)), [short])
  const stateOf = useCallback(
    (one: PicturedStep) => t('block', { step: nameOf(one.key), state: one.state === 'forecast' ? t('expected') : states(one.state), from: sinceStart(one.startMs), to: sinceStart(one.endMs) }),
    [t, states, nameOf],
  )
  const open = useCallback(() => {}, [])
  const step = steps.find((one) => one.key === chosen)
  if (!picture || narrow === true) {
    return (
      <div className="space-y-3">
        {!picture && <p className="text-text-3">{t('notStarted')}</p>}
        {run.regions.map((region) => (
          <LaneState key={region.name} run={run} lane={laneOfRegion(region)} />
        ))}
      </div>
    )
  }
  return (
    <>
      {/* Before this browser has taken over nobody knows how wide it is: the styles decide. */}
      <div className="space-y-3 md:hidden">{narrow === null && run.regions.map((region) => <LaneState key={region.name} run={run} lane={laneOfRegion(region)} />)}</div>
      <div className="max-md:hidden">
        <TimePicture picture={picture} chosen={chosen} onChoose={setChosen} onOpen={open} nameOf={nameOf} wordOf={wordOf} stateOf={stateOf} head={(lane) => <LaneState run={run} lane={lane} />} />
        <SignLegend roles={[...new Set(steps.map((one) => one.role))]} word={short} />
        {step && (
          <section className="mt-3 rounded-md border border-border bg-sunken" aria-label={nameOf(step.key)}>
            <StepRow run={run} step={step} reasons={run.reasons} onLog={() => onLog(step.id)} anchored={false} />
          </section>
        )}
      </div>
    </>
  )
}
