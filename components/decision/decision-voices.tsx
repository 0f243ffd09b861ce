'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { ReasonDialog } from '#components/incident/reason-dialog.tsx'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/notify.ts'
import { Time } from '#components/ui/time.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { DecisionView } from '#lib/governance/view.ts'

/** Who was asked, who objected, and why the other ways were not taken. */
export function DecisionVoices({ decision }: { decision: DecisionView }) {
  const t = useTranslations('decision')
  const kind = useTranslations('plan.options.kind')
  return (
    <section aria-labelledby="objections" className="rounded-md border border-border bg-surface px-4 py-4 sm:px-6">
      <h2 id="objections" className="text-base font-semibold">
        {t('objections')}
      </h2>
      {decision.objections.length === 0 && <p className="mt-1 text-text-2">{t('noObjections')}</p>}
      <ul className="mt-1 space-y-1.5">
        {decision.objections.map((one) => (
          <li key={one.person.id} className="text-pretty">
            <span className="font-medium">{one.person.name}</span>{' '}
            <span className="text-text-3">
              <Time at={one.at} />
            </span>
            <span className="block">“{one.reason}”</span>
          </li>
        ))}
      </ul>
      {decision.outcome === null && <ObjectButton decision={decision} />}
      <h3 className="mt-4 font-semibold">{t('asked')}</h3>
      <p className="text-text-2 text-pretty">{decision.asked.length === 0 ? t('nobodyAsked') : decision.asked.map((one) => t('inGroups', { name: one.name, groups: one.groups.join(', ') })).join(', ')}</p>
      {decision.notTaken.length > 0 && (
        <>
          <h3 className="mt-4 font-semibold">{t('notTaken')}</h3>
          <dl className="mt-1 space-y-1">
            {decision.notTaken.map((one) => (
              <div key={one.kind}>
                <dt className="inline font-medium">{kind(one.kind)}</dt> <dd className="inline text-text-2">{one.because}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}

function ObjectButton({ decision }: { decision: DecisionView }) {
  const t = useTranslations('decision')
  const me = useMe()
  const say = useWhy()
  const object = useCommand('decision.object')
  const [asking, setAsking] = useState(false)
  if (decision.objections.some((one) => one.person.id === me?.id)) return null
  return (
    <div className="mt-3">
      <Button variant="secondary" disabledBecause={say(whyNot(me, 'incident.note'))} onClick={() => setAsking(true)}>
        {t('object')}
      </Button>
      <ReasonDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('objectTitle')}
        effect={t('objectEffect')}
        label={t('objectReason')}
        confirm={t('object')}
        busy={object.isPending}
        problem={object.error?.problem}
        onConfirm={(reason) =>
          object.mutate(
            { decisionId: decision.id, planHash: decision.approval.planHash, reason },
            {
              onSuccess: () => {
                setAsking(false)
                notify.ok(t('objected'))
              },
            },
          )
        }
      />
    </div>
  )
}
