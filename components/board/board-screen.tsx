'use client'

import { ArrowLeft, Maximize2, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LiveBadge } from '#components/shell/live-badge.tsx'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { StatusMark, toneMark } from '#components/ui/status.tsx'
import { useNow } from '#components/ui/use-now.ts'
import type { Live } from '#lib/client/live.tsx'
import { LiveProvider, useLive } from '#lib/client/live.tsx'
import type { BoardView } from '#lib/incidents/view.ts'
import { isQuiet, stageTone, takingTurns, turn } from './board-facts.ts'
import { BoardIncidentView } from './board-incident.tsx'
import { BoardQuiet } from './board-quiet.tsx'
import { useAwake } from './use-awake.ts'

interface BoardProps {
  initial: { data: BoardView; version: string } | undefined
  kiosk: boolean
}

/** The wall. It has its own connection, since nothing surrounds it, and its ways out are plain links: it is a page for itself. */
export function BoardScreen(props: BoardProps) {
  return (
    <LiveProvider>
      <Wall {...props} />
    </LiveProvider>
  )
}

function Wall({ initial, kiosk }: BoardProps) {
  const t = useTranslations('board')
  const live = useLive('board.view', {}, initial)
  const now = useNow(1000)
  const [picked, setPicked] = useState<string | null>(null)
  useAwake(kiosk)
  const board = live.data
  const incidents = board?.incidents ?? []
  const rotation = takingTurns(incidents)
  const shown = incidents.find((incident) => !kiosk && incident.id === picked) ?? rotation[turn(now, rotation.length)]
  const index = shown ? rotation.indexOf(shown) : -1
  const tone = shown ? stageTone[shown.stage] : board && isQuiet(board) ? 'good' : 'unknown'

  return (
    <div className={cn('flex min-h-dvh flex-col bg-background text-[clamp(1.125rem,2.1vw,3.25rem)] leading-snug', kiosk && 'cursor-none select-none', shown?.kind === 'drill' && 'border-[0.4em] border-dashed border-drill')}>
      <div aria-hidden className={cn('h-[1.2vh] min-h-2 shrink-0', toneMark[tone])} />
      {kiosk ? null : (
        <nav aria-label={t('title')} className="flex flex-wrap items-center gap-2 px-[2.4vw] pt-4 text-sm">
          <Button asChild size="sm" variant="ghost"><a href="/"><ArrowLeft aria-hidden />{t('back')}</a></Button>
          {incidents.length > 1 ? incidents.map((incident) => <Button key={incident.id} size="sm" variant={shown?.id === incident.id ? 'primary' : 'secondary'} aria-pressed={picked === incident.id} onClick={() => setPicked(incident.id)}>{t('pick', { number: incident.number })}</Button>) : null}
          {incidents.length > 1 ? <Button size="sm" variant="ghost" aria-pressed={picked === null} onClick={() => setPicked(picked === null ? (shown?.id ?? null) : null)}><RefreshCw aria-hidden />{t(picked === null ? 'rotating' : 'rotate')}</Button> : null}
          <Button asChild size="sm" variant="ghost" className="ml-auto"><a href="/board?kiosk"><Maximize2 aria-hidden />{t('kiosk')}</a></Button>
        </nav>
      )}
      <main className="flex flex-1 flex-col px-[2.4vw] py-[2.4vh]" aria-label={t('label')}>
        {live.problem && !board ? <div className="m-auto max-w-xl text-base"><ProblemNote problem={live.problem} /></div> : null}
        {!board && !live.problem ? <p className="m-auto text-text-2">{t('waiting')}</p> : null}
        {shown ? <BoardIncidentView key={shown.id} incident={shown} /> : board ? <BoardQuiet board={board} /> : null}
      </main>
      <Foot live={live} place={rotation.length > 1 && index >= 0 ? t('of', { index: index + 1, count: rotation.length }) : null} />
    </div>
  )
}

function Foot({ live, place }: { live: Live<BoardView>; place: string | null }) {
  const t = useTranslations('board')
  const now = useNow(1000)
  const lost = live.state !== 'live' && live.state !== 'connecting'
  const clock = now === null ? '' : `${new Date(now).toLocaleTimeString('en-GB')} · ${new Date(now).toISOString().slice(11, 16)}Z`
  return (
    <footer className={cn('flex flex-wrap items-center gap-x-[1em] gap-y-1 px-[2.4vw] py-[1.4vh] text-[0.62em]', lost ? 'bg-degraded-soft text-degraded-fg' : 'text-text-3')}>
      {lost ? (
        <span className="flex items-center gap-[0.5em] font-semibold">
          <StatusMark tone="degraded" className="size-[1em]" />
          <span>{t('offline')} {t('asOf')} <Age at={live.at} />.</span>
        </span>
      ) : (
        <LiveBadge className="border-transparent px-0 text-[1em] [&_svg]:size-[0.9em]" />
      )}
      {place ? <span>{place}</span> : null}
      <span className="ml-auto font-mono">{clock}</span>
    </footer>
  )
}
