'use client'

import { useTranslations } from 'use-intl'
import { Time } from '#components/ui/time.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import type { BoardView } from '#lib/incidents/view.ts'
import { isQuiet } from './board-facts.ts'

/** Nothing live. `All quiet` is said only where everything is known to be good. */
export function BoardQuiet({ board }: { board: BoardView }) {
  const t = useTranslations('board')
  const quiet = isQuiet(board)
  const { fleet } = board
  const none = fleet.good + fleet.degraded + fleet.bad + fleet.unknown === 0
  const parts = (['bad', 'degraded', 'unknown', 'good'] as const).filter((tone) => fleet[tone] > 0)
  return (
    <div className="flex flex-1 flex-col items-start justify-center gap-[3vh]">
      <StatusMark tone={quiet ? 'good' : fleet.bad ? 'bad' : 'unknown'} className="size-[2.6em]" />
      <h1 className="text-[2.8em] leading-none font-semibold tracking-tight">{t(quiet ? 'quiet' : 'noIncident')}</h1>
      <p className="text-text-2">{board.quietSince ? <>{t('quietSince')} <Time at={board.quietSince} /></> : t('never')}</p>
      {none ? <p className="text-text-2">{t('nothing')}</p> : (
        <ul className="flex flex-wrap gap-x-[1.6em] gap-y-2">
          {parts.map((tone) => (
            <li key={tone} className="flex items-center gap-[0.4em]">
              <StatusMark tone={tone} className="size-[0.9em]" />
              <strong className="font-semibold">{fleet[tone]}</strong> <span className="text-text-2">{t(`fleet.${tone}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
