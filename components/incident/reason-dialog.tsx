'use client'

import type { ReactNode } from 'react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Textarea } from '#components/ui/field.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import type { Problem } from '#lib/platform/fault.ts'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What pressing the button does, and what can undo it. */
  effect: ReactNode
  label: string
  hint?: string
  confirm: string
  tone?: 'primary' | 'danger'
  busy?: boolean
  problem?: Problem | null | undefined
  optional?: boolean
  children?: ReactNode
  onConfirm: (reason: string) => void
}

/** Asks why. What was typed stays while it is open, also where the server refuses; the next time it begins empty. */
export function ReasonDialog(props: Props) {
  const { open, onOpenChange, title, effect } = props
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={effect}>
      <ReasonForm {...props} />
    </Dialog>
  )
}

function ReasonForm({ onOpenChange, label, hint, confirm, tone = 'primary', busy = false, problem, optional = false, children, onConfirm }: Props) {
  const t = useTranslations('incident.reason')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const tooShort = reason.trim().length < 3 && !(optional && reason.trim() === '')
  const submit = (): void => {
    setTried(true)
    if (!tooShort && !busy) onConfirm(reason.trim())
  }
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {children}
      <Field label={label} hint={hint} error={tried && tooShort ? t('tooShort') : undefined}>
        <Textarea
          value={reason}
          rows={3}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
          }}
        />
      </Field>
      {problem && <ProblemNote problem={problem} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button type="button" variant="ghost" onClick={() => onOpenChange(false)}>
          {t('cancel')}
        </Button>
        <Button type="submit" variant={tone} busy={busy}>
          {confirm}
        </Button>
      </div>
    </form>
  )
}
