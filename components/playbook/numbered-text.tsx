import { cn } from '#components/ui/cn.ts'
import type { DiffLine } from '#lib/orchestration/view.ts'

/** A text with its lines numbered, to be talked about. Scrolls by itself, also by keyboard. */
export function NumberedText({ text, label }: { text: string; label: string }) {
  return (
    <pre tabIndex={0} role="group" aria-label={label} className="max-h-[32rem] overflow-auto rounded-md bg-sunken py-3 font-mono text-xs leading-5">
      {text.trimEnd().split('\n').map((line, at) => (
        <span key={at} className="block pr-3"><span aria-hidden className="inline-block w-10 pr-3 text-right text-text-3 select-none">{at + 1}</span>{line || ' '}</span>
      ))}
    </pre>
  )
}

/** Unchanged lines kept around a change. */
const around = 2

/** What changed between two revisions: each line has its sign, so that it can be told without its colour. */
export function TextDiff({ lines, label }: { lines: readonly DiffLine[]; label: string }) {
  const near = (at: number): boolean => lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.sign !== ' ')
  return (
    <pre tabIndex={0} role="group" aria-label={label} className="max-h-96 overflow-auto rounded-md bg-sunken py-3 font-mono text-xs leading-5">
      {lines.map((line, at) => {
        if (!near(at)) return near(at - 1) || (at === 0 && lines.length > 0) ? <span key={at} className="block px-3 text-text-3">⋯</span> : null
        return <span key={at} className={cn('block pr-3', line.sign === '+' && 'bg-good-soft text-good-fg', line.sign === '-' && 'bg-bad-soft text-bad-fg')}><span className="inline-block w-8 text-center select-none">{line.sign}</span>{line.text || ' '}</span>
      })}
    </pre>
  )
}
