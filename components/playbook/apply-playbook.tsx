'use client'

import { useDeferredValue, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useWhyNot } from '#components/shell/use-may.ts'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Input } from '#components/ui/field.tsx'
import { notify } from '#components/ui/notify.ts'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'
import { TextEditor } from './text-editor.tsx'
import { useProblems } from './use-problems.ts'

/** Writes or pastes a playbook, says at once what is wrong with it, and applies it with a reason. `before`: the text in force. */
export function ApplyPlaybook({ before, onClose }: { before: string | null; onClose: () => void }) {
  const t = useTranslations('playbook.form')
  const whyNot = useWhyNot()
  const apply = useCommand('playbook.apply')
  const [text, setText] = useState(before ?? t.raw('start'))
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const problems = useProblems(useDeferredValue(text))
  const short = reason.trim().length < 3
  const submit = (): void => {
    setTried(true)
    if (short) return
    apply.mutate(
      { text, reason: reason.trim() },
      {
        onSuccess: ({ name, revision, changed }) => {
          notify.ok(changed ? t('done', { name, revision }) : t('unchanged'))
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t('title')}
      description={t('description')}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" busy={apply.isPending} disabledBecause={whyNot('playbook.write') ?? (problems?.length ? t('wrong') : text === before ? t('unchanged') : undefined)} onClick={submit}>{t('confirm')}</Button>
        </>
      }
    >
      <div className="space-y-4">
        <TextEditor text={text} onChange={setText} problems={problems} />
        <Field label={t('reason')} error={tried && short ? t('reasonShort') : undefined}>
          <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {apply.error ? <ProblemNote problem={apply.error.problem} /> : null}
      </div>
    </Dialog>
  )
}
