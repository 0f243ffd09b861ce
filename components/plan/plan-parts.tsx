'use client'

import { ArrowRight, CircleHelp, CircleMinus, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { ended } from '#components/incident/rules/in-words.ts'
import { Card } from '#components/ui/card.tsx'
import { StatusMark } from '#components/ui/status.tsx'
import type { LossView, PlanView } from '#lib/orchestration/view.ts'
import { BoxedList, LongList } from './long-list.tsx'

const lossLook: Record<LossView['severity'], { icon: LucideIcon; text: string }> = {
  none: { icon: CircleMinus, text: 'text-text-3' },
  some: { icon: TriangleAlert, text: 'text-degraded-fg' },
  serious: { icon: OctagonAlert, text: 'text-bad-fg' },
  unknown: { icon: CircleHelp, text: 'text-unknown-fg' },
}

/** What moves, where and from what to what; who asked for it, or why it has to come along. */
export function PlanMoves({ plan }: { plan: PlanView }) {
  const t = useTranslations('plan.moves')
  const many = plan.moves.length > 40
  const List = many ? BoxedList : LongList
  return (
    <Card title={t('title')} aside={plan.moves.length > 1 ? t('count', { count: plan.moves.length }) : null}>
      <List
        label={t('title')} className={many ? 'max-h-[30rem]' : 'divide-y divide-border'} count={plan.moves.length} estimate={39} keyOf={(index) => `${plan.moves[index]?.service ?? ''} ${plan.moves[index]?.region ?? ''}`}
        row={(index) => {
          const move = plan.moves[index]
          return move && <Move move={move} />
        }}
      />
    </Card>
  )
}

function Move({ move }: { move: PlanView['moves'][number] }) {
  const t = useTranslations('plan.moves')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-2 text-[0.8125rem] sm:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1.2fr)]">
      <span>
        <span className="font-medium">{move.service}</span> <span className="text-text-2">{t('in', { region: move.region })}</span>
      </span>
      <span className="inline-flex items-center gap-1.5 font-mono whitespace-nowrap">
        <span className="text-text-2">{move.from.join(', ') || t('nothing')}</span>
        <ArrowRight aria-label={t('to')} className="size-3.5 text-text-3" />
        <span className="font-semibold">{move.to}</span>
      </span>
      <span className="col-span-2 text-text-2 sm:col-span-1">{[t(move.why), move.group ? t('together') : null].filter((text) => text !== null).join(', ')}</span>
    </div>
  )
}

/** What is lost, whether it can be undone, what stays abnormal, what was broken before: each with its own words where there is nothing. */
export function PlanEffects({ plan }: { plan: PlanView }) {
  const t = useTranslations('plan')
  const loss = useTranslations('incident.plan.loss')
  return (
    <Card className="break-inside-avoid" bodyClassName="space-y-5">
      <Part title={t('lost.title')}>
        {plan.losses.length === 0 ? (
          <p className="flex gap-2 text-text-2">
            <StatusMark tone="unknown" className="mt-0.5" />
            {t('lost.unknown')}
          </p>
        ) : (
          <ul className="space-y-1.5">
            {plan.losses.map(({ what, severity }) => {
              const { icon: Icon, text } = lossLook[severity]
              return (
                <li key={what} className="flex items-start gap-2">
                  <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${text}`} />
                  <span className="min-w-0 text-pretty">
                    <span className={`font-medium ${text}`}>{loss(severity)}</span> <span className="text-text-2">{what}</span>
                  </span>
                </li>
              )
            })}
          </ul>
        )}
      </Part>
      <Part title={t('undo.title')}>
        <p className="text-pretty">
          <span className={`font-semibold ${plan.reversible.yes ? '' : 'text-bad-fg'}`}>{t(plan.reversible.yes ? 'undo.yes' : 'undo.no')}</span> <span className="text-text-2">{ended(plan.reversible.because)}</span>
        </p>
      </Part>
      {plan.groups.length > 0 && (
        <Part title={t('groups.title')}>
          <ul className="space-y-2">
            {plan.groups.map((group) => (
              <li key={group.key} className="text-pretty">
                <span className="font-medium">{group.members.join(', ')}</span> <span className="text-text-2">{ended(group.because)}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title={t('leaves.title')}>
        {plan.leaves.length === 0 ? (
          <p className="text-text-2">{t('leaves.none')}</p>
        ) : (
          <ul className="space-y-1.5">
            {plan.leaves.map((leave) => (
              <li key={leave.what} className="text-pretty">
                {ended(leave.what)} <span className="text-text-2">{ended(t('leaves.undo', { undo: leave.undo }))}</span>
              </li>
            ))}
          </ul>
        )}
      </Part>
      {plan.excused.length > 0 && (
        <Part title={t('excused.title')}>
          <Lines lines={plan.excused} />
          <p className="mt-1 text-[0.8125rem] text-text-3">{t('excused.means')}</p>
        </Part>
      )}
      {plan.notes.length > 0 && (
        <Part title={t('notes.title')}>
          <Lines lines={plan.notes} />
        </Part>
      )}
    </Card>
  )
}

const Lines = ({ lines }: { lines: readonly string[] }) => (
  <ul className="list-disc space-y-1 pl-4 text-text-2">
    {lines.map((line) => (
      <li key={line} className="text-pretty">{ended(line)}</li>
    ))}
  </ul>
)

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <h3 className="eyebrow mb-1.5">{title}</h3>
    {children}
  </div>
)
