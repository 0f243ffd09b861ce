'use client'

import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Field, Input, Select } from '#components/ui/field.tsx'
import { useLive } from '#lib/client/live.tsx'
import { routes } from '#lib/client/routes.ts'
import type { Sought } from './rules/sought.ts'
import { isEmpty } from './rules/sought.ts'

/** Everything that writes has a name, and only what writes leaves a record. */
const actions = Object.entries(routes).flatMap(([name, route]) => (route.startsWith('GET ') ? [] : [name])).sort()

/** Looks for words, one action, or one incident; asked for with Enter, so that a half-typed word is not. */
export function RecordFilters({ sought, onSeek }: { sought: Sought; onSeek: (sought: Sought) => void }) {
  const t = useTranslations('record')
  const incidents = useLive('incident.list', {}).data ?? []
  return (
    <form
      key={JSON.stringify(sought)}
      role="search"
      className="mb-4 grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)_auto]"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const said = (name: string): string => String(form.get(name) ?? '').trim()
        onSeek({ search: said('search'), action: said('action'), incident: said('incident') })
      }}
    >
      <Field label={t('words')}>
        <Input type="search" name="search" defaultValue={sought.search} placeholder={t('wordsHint')} maxLength={200} />
      </Field>
      <Field label={t('action')}>
        <Input name="action" list="record-actions" defaultValue={sought.action} placeholder={t('anyAction')} maxLength={200} autoCapitalize="none" />
      </Field>
      <Field label={t('incident')}>
        <Select name="incident" defaultValue={sought.incident} onChange={(event) => event.currentTarget.form?.requestSubmit()}>
          <option value="">{t('anyIncident')}</option>
          {sought.incident && !incidents.some((incident) => incident.id === sought.incident) && <option value={sought.incident}>{t('thisIncident')}</option>}
          {incidents.map((incident) => (
            <option key={incident.id} value={incident.id}>
              INC-{incident.number} {incident.title}
            </option>
          ))}
        </Select>
      </Field>
      <div className="flex gap-2">
        <Button type="submit" variant="primary">
          {t('seek')}
        </Button>
        {!isEmpty(sought) && (
          <Button variant="ghost" onClick={() => onSeek({ search: '', action: '', incident: '' })}>
            {t('clear')}
          </Button>
        )}
      </div>
      <datalist id="record-actions">
        {actions.map((action) => (
          <option key={action} value={action} />
        ))}
      </datalist>
    </form>
  )
}
