'use client'

import { useRef } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from '#components/ui/cn.ts'
import { Field, Textarea } from '#components/ui/field.tsx'
import { Status } from '#components/ui/status.tsx'
import type { PlaybookProblem } from '#lib/orchestration/rules/playbook/read-yaml.ts'
import { offsetOf } from './rules/offset-of.ts'

/** Text with numbered lines, and everything that is wrong with it: marked at its line, and told beneath, each leading to its place. */
export function TextEditor({ text, onChange, problems }: { text: string; onChange: (text: string) => void; problems: readonly PlaybookProblem[] | null }) {
  const t = useTranslations('playbook.form')
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const wrong = new Set(problems?.map((problem) => problem.line))
  const goTo = (problem: PlaybookProblem): void => {
    const at = offsetOf(text, problem.line, problem.column)
    area.current?.focus()
    area.current?.setSelectionRange(at, at)
    if (area.current) area.current.scrollTop = Math.max(0, (problem.line - 4) * 20)
  }
  return (
    <div className="space-y-3">
      <Field label={t('text')} hint={t('hint')}>
        <div className="flex overflow-hidden rounded-md border border-border-strong/70 bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
          <pre ref={gutter} aria-hidden className="h-72 shrink-0 overflow-hidden border-r border-border bg-sunken py-2 text-right font-mono text-xs leading-5 text-text-3 select-none">
            {text.split('\n').map((_, at) => <span key={at} className={cn('block px-2', wrong.has(at + 1) && 'bg-bad-soft font-semibold text-bad-fg')}>{wrong.has(at + 1) ? '▸' : ' '}{at + 1}</span>)}
          </pre>
          <Textarea
            ref={area}
            value={text}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            wrap="off"
            onChange={(event) => onChange(event.target.value)}
            onScroll={(event) => {
              if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
            }}
            className="h-72 resize-none overflow-auto rounded-none border-0 font-mono text-base leading-5 outline-none sm:text-xs sm:leading-5"
          />
        </div>
      </Field>
      <div role="status" className="text-[0.8125rem]">
        {problems === null ? <Status tone="working" size="sm">{t('checking')}</Status> : problems.length === 0 ? <Status tone="good" size="sm">{t('good')}</Status> : <Status tone="bad" size="sm">{t('problems', { count: problems.length })}</Status>}
      </div>
      {problems?.length ? (
        <ul className="max-h-48 space-y-1 overflow-y-auto">
          {problems.map((problem) => (
            <li key={`${problem.line}:${problem.column} ${problem.message}`}>
              <button type="button" onClick={() => goTo(problem)} className="w-full rounded-sm px-2 py-1.5 text-left text-[0.8125rem] hover:bg-sunken">
                <span className="font-mono text-xs text-bad-fg">{t('place', { line: problem.line, column: problem.column })}</span>{' '}
                {problem.field ? <code className="font-mono text-xs text-text-2">{problem.field}</code> : null} <span className="wrap-anywhere">{problem.message}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
