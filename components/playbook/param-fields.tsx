'use client'

import { Field, Input, Select } from '#components/ui/field.tsx'
import type { PlaybookView } from '#lib/orchestration/view.ts'

/** One field for each parameter of a playbook, with what it is when nobody says. What is typed stays text until it is sent. */
export function ParamFields({ params, typed, onChange }: { params: PlaybookView['params']; typed: Readonly<Record<string, string>>; onChange: (typed: Record<string, string>) => void }) {
  return params.map((param) => {
    const value = typed[param.name] ?? String(param.default ?? '')
    const set = (text: string): void => onChange({ ...typed, [param.name]: text })
    return (
      <Field key={param.name} label={param.name} hint={param.describe || undefined}>
        {param.type === 'choice' || param.type === 'boolean' ? (
          <Select value={value} onChange={(event) => set(event.target.value)}>
            {param.required ? <option value="" /> : null}
            {(param.type === 'choice' ? param.of : ['true', 'false']).map((one) => <option key={one}>{one}</option>)}
          </Select>
        ) : (
          <Input value={value} inputMode={param.type === 'number' ? 'decimal' : 'text'} onChange={(event) => set(event.target.value)} />
        )}
      </Field>
    )
  })
}
