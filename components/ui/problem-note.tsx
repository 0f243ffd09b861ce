'use client'

import { OctagonX } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { FaultCode, Problem } from '#lib/platform/fault.ts'

/** What to do about each kind of refusal. Kinds without an advice of their own get the general one. */
const advised = ['unauthenticated', 'step_up_required', 'forbidden', 'not_found', 'conflict', 'plan_changed', 'locked', 'throttled', 'invalid', 'unavailable', 'internal'] as const satisfies readonly FaultCode[]
type Advised = (typeof advised)[number]

const adviceFor = (code: FaultCode): Advised => ((advised as readonly string[]).includes(code) ? (code as Advised) : 'internal')

const sentence = (text: string): string => (text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}` : '')

/** A refusal as a person would say it: what happened, what was kept, what to do. */
export function ProblemNote({ problem }: { problem: Problem | null | undefined }) {
  const t = useTranslations('ui.problem')
  if (!problem) return null
  const fields = problem.fields ?? []
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-bad bg-bad-soft px-4 py-3 text-sm">
      <OctagonX aria-hidden className="mt-0.5 size-4 shrink-0 text-bad-fg" />
      <div className="min-w-0">
        <p className="font-medium">{sentence(problem.detail)}</p>
        {fields.length > 1 || (fields[0] && !problem.detail.includes(fields[0].field)) ? (
          <ul className="mt-1 list-disc pl-4">
            {fields.map((field) => (
              <li key={`${field.field} ${field.message}`}><code className="font-mono text-[0.8125rem]">{field.field}</code>: {field.message}</li>
            ))}
          </ul>
        ) : null}
        <p className="mt-1 text-text-2">{t(adviceFor(problem.code))}</p>
      </div>
    </div>
  )
}
