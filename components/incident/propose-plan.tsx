'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { whyNot } from '#components/approval/rules/rights.ts'
import { useMe } from '#components/approval/use-me.ts'
import { useWhy } from '#components/approval/use-why.ts'
import { TargetChoices } from '#components/releases/target-choices.tsx'
import type { PlaybookChoice } from '#components/playbook/choose-playbook.tsx'
import { ChoosePlaybook } from '#components/playbook/choose-playbook.tsx'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Checkbox } from '#components/ui/field.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { Status } from '#components/ui/status.tsx'
import { useCommand } from '#lib/client/act.ts'
import { useLive } from '#lib/client/live.tsx'
import type { IncidentView } from '#lib/incidents/view.ts'

/** Asks for a proven way back for chosen services. Where none is found, it says why and changes nothing. */
export function ProposePlan({ incident, again }: { incident: IncidentView; again: boolean }) {
  const t = useTranslations('incident.propose')
  const me = useMe()
  const say = useWhy()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button disabledBecause={say(whyNot(me, 'plan.propose'))} onClick={() => setOpen(true)}>
        {again ? t('again') : t('button')}
      </Button>
      {open && <ProposeDialog incident={incident} onClose={() => setOpen(false)} />}
    </>
  )
}

function ProposeDialog({ incident, onClose }: { incident: IncidentView; onClose: () => void }) {
  const t = useTranslations('incident.propose')
  const propose = useCommand('plan.propose')
  const fleet = useLive('fleet.view', {}).data
  const [chosen, setChosen] = useState<readonly string[]>(incident.services)
  const [choice, setChoice] = useState<PlaybookChoice>({})
  const others = (fleet?.services ?? []).filter((service) => service.targets.some((target) => target.environment === incident.environment)).map((service) => service.name)
  const services = [...new Set([...incident.services, ...others])]
  const refused = propose.data?.because ?? null
  const alsoMove = propose.data?.alsoMove ?? null
  const submit = (along?: string[]): void =>
    propose.mutate(
      { incidentId: incident.id, environment: incident.environment, services: [...chosen], ...choice, ...(along ? { along } : {}) },
      {
        onSuccess: (answer) => {
          if (answer.planId === null) return
          notify.ok(t('done'))
          onClose()
        },
      },
    )
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('effect', { environment: incident.environment })}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" busy={propose.isPending} disabledBecause={chosen.length === 0 ? t('chooseOne') : undefined} onClick={() => submit()}>
            {t('confirm')}
          </Button>
        </>
      }
    >
      <fieldset>
        <legend className="mb-1 text-[0.8125rem] font-medium">{t('services')}</legend>
        {services.map((service) => (
          <Checkbox
            key={service}
            label={incident.services.includes(service) ? t('affected', { service }) : service}
            checked={chosen.includes(service)}
            onChange={(event) => setChosen(event.target.checked ? [...chosen, service] : chosen.filter((one) => one !== service))}
          />
        ))}
      </fieldset>
      {chosen.length > 0 && (
        <section className="mt-4 rounded-md border border-border bg-sunken px-3 py-2.5">
          <h3 className="eyebrow mb-1.5">{t('where')}</h3>
          <div className="space-y-3">
            {chosen.map((service) => <TargetChoices key={service} service={service} environment={incident.environment} suspectId={incident.release?.id ?? null} />)}
          </div>
        </section>
      )}
      <ChoosePlaybook onChange={setChoice} />
      {refused && (
        <div role="alert" className="mt-3 rounded-md border border-border bg-sunken px-4 py-3">
          <Status tone="unknown" size="sm">
            {t('refused')}
          </Status>
          <p className="mt-2 text-pretty">{refused}</p>
          {alsoMove && alsoMove.length > 0 && (
            <div className="mt-3">
              <p className="text-pretty">{t('alsoMove')} <strong className="font-semibold">{alsoMove.join(', ')}</strong></p>
              <Button size="sm" className="mt-2" busy={propose.isPending} onClick={() => submit(alsoMove)}>{t('takeAlong')}</Button>
            </div>
          )}
        </div>
      )}
      {propose.error && (
        <div className="mt-3">
          <ProblemNote problem={propose.error.problem} />
        </div>
      )}
    </Dialog>
  )
}
