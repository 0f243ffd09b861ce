'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Textarea } from '#components/ui/field.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'

/** A line for the timeline. What was typed is kept until the server has it. */
export function NoteComposer({ incidentId }: { incidentId: string }) {
  const t = useTranslations('incident.note')
  const note = useCommand('incident.note')
  const [text, setText] = useState('')
  const send = (): void => {
    const said = text.trim()
    if (said && !note.isPending) note.mutate({ incidentId, text: said }, { onSuccess: () => setText((now) => (now.trim() === said ? '' : now)) })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Textarea
        aria-label={t('label')}
        placeholder={t('placeholder')}
        rows={2}
        maxLength={4_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
        }}
      />
      {note.error && (
        <div className="mt-2">
          <ProblemNote problem={note.error.problem} />
        </div>
      )}
      <div className="mt-2 flex items-center justify-end gap-3">
        <span className="hidden items-center gap-1 text-xs text-text-3 sm:inline-flex">
          <Kbd>Ctrl</Kbd>
          <Kbd>Enter</Kbd>
        </span>
        <Button type="submit" size="sm" busy={note.isPending}>
          {t('send')}
        </Button>
      </div>
    </form>
  )
}
