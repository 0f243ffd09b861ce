'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Field, Select } from '#components/ui/field.tsx'
import { useLive } from '#lib/client/live.tsx'
import { failures } from '#lib/orchestration/rules/playbook/failure-of.ts'
import type { CommandInput } from '#lib/wiring.ts'
import { ParamFields } from './param-fields.tsx'
import { givenParams } from './rules/given-params.ts'

/** What a proposal says of its playbook; what it does not say, the signals and the playbooks' own conditions decide. */
export type PlaybookChoice = Pick<CommandInput<'plan.propose'>, 'failure' | 'playbook'>

/** Says what is wrong where a person knows better than the signals, and which playbook is used: the one that fits, none, or one by name. */
export function ChoosePlaybook({ onChange }: { onChange: (choice: PlaybookChoice) => void }) {
  const t = useTranslations('playbook.choose')
  const failureWords = useTranslations('playbook.dryRun.failures')
  const playbooks = useLive('playbook.list', {}).data?.filter((one) => one.retiredAt === null) ?? []
  const [chosen, setChosen] = useState({ failure: '', playbook: '' })
  const tell = (next: typeof chosen, params: Record<string, unknown> = {}): void => {
    setChosen(next)
    const failure = failures.find((one) => one === next.failure)
    const named = next.playbook.replace(/^name:/, '')
    onChange({ ...(failure ? { failure } : {}), ...(next.playbook === '' ? {} : next.playbook === 'none' ? { playbook: null } : { playbook: { name: named, params } }) })
  }
  if (playbooks.length === 0) return null
  return (
    <div className="mt-4 grid gap-4 sm:grid-cols-2">
      <Field label={t('failure')}>
        <Select value={chosen.failure} onChange={(event) => tell({ ...chosen, failure: event.target.value })}>
          <option value="">{t('asSignals')}</option>
          {failures.map((failure) => <option key={failure} value={failure}>{failureWords(failure)}</option>)}
        </Select>
      </Field>
      <Field label={t('playbook')}>
        <Select value={chosen.playbook} onChange={(event) => tell({ ...chosen, playbook: event.target.value })}>
          <option value="">{t('fitting')}</option>
          <option value="none">{t('none')}</option>
          {playbooks.map(({ name }) => <option key={name} value={`name:${name}`}>{name}</option>)}
        </Select>
      </Field>
      {chosen.playbook.startsWith('name:') ? <Params key={chosen.playbook} name={chosen.playbook.slice(5)} onChange={(params) => tell(chosen, params)} /> : null}
    </div>
  )
}

function Params({ name, onChange }: { name: string; onChange: (params: Record<string, unknown>) => void }) {
  const params = useLive('playbook.view', { name }).data?.params ?? []
  const [typed, setTyped] = useState<Record<string, string>>({})
  const type = (next: Record<string, string>): void => {
    setTyped(next)
    onChange(givenParams(params, next))
  }
  return <ParamFields params={params} typed={typed} onChange={type} />
}
