'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Select, Textarea } from '#components/ui/field.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import type { Audience, Phase } from '#lib/communications/view.ts'
import type { IncidentView } from '#lib/incidents/view.ts'

const audiences = ['public', 'support', 'leadership', 'responders'] as const satisfies readonly Audience[]
const phases = ['investigating', 'identified', 'monitoring', 'resolved'] as const satisfies readonly Phase[]
const promises = [0, 15, 30, 60, 120]

/** Writes a text for one audience. Nothing leaves the house before it is published. */
export function DraftUpdate({ incident, onClose }: { incident: IncidentView; onClose: () => void }) {
  const t = useTranslations('incident.updates')
  const draft = useCommand('update.draft')
  const open = incident.kind === 'drill' ? audiences.filter((one) => one !== 'public') : audiences
  const [audience, setAudience] = useState<Audience>(open[0] ?? 'responders')
  const [phase, setPhase] = useState<Phase>(incident.status === 'open' ? 'investigating' : incident.status === 'mitigating' ? 'identified' : incident.status === 'monitoring' ? 'monitoring' : 'resolved')
  const [text, setText] = useState('')
  const [minutes, setMinutes] = useState(30)
  const [tried, setTried] = useState(false)
  const send = (): void => {
    setTried(true)
    if (!text.trim()) return
    // The promise counts from the moment of writing, not from when the dialog was opened.
    const nextUpdateAt = minutes && phase !== 'resolved' ? { nextUpdateAt: new Date(Date.now() + minutes * 60_000).toISOString() } : {}
    draft.mutate(
      { incidentId: incident.id, audience, phase, text: text.trim(), ...nextUpdateAt },
      {
        onSuccess: () => {
          notify.ok(t('drafted'))
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open
      onOpenChange={(shown) => !shown && onClose()}
      title={t('draftTitle')}
      description={t('draftEffect')}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" busy={draft.isPending} onClick={send}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label={t('audienceLabel')}>
            <Select value={audience} onChange={(event) => setAudience(event.target.value as Audience)}>
              {open.map((one) => (
                <option key={one} value={one}>
                  {t(`audience.${one}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t('phaseLabel')}>
            <Select value={phase} onChange={(event) => setPhase(event.target.value as Phase)}>
              {phases.map((one) => (
                <option key={one} value={one}>
                  {t(`phase.${one}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t('nextLabel')}>
            <Select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
              {promises.map((one) => (
                <option key={one} value={one}>
                  {one === 0 ? t('noPromise') : t('inMinutes', { minutes: one })}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Field label={t('text')} hint={audience === 'public' ? t('publicHint') : undefined} error={tried && !text.trim() ? t('textMissing') : undefined}>
          <Textarea rows={5} maxLength={2_000} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
        {draft.error && <ProblemNote problem={draft.error.problem} />}
      </div>
    </Dialog>
  )
}
