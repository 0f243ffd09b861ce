'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useLive } from '#lib/client/live.tsx'
import { changeKinds } from '#lib/governance/model.ts'

const without = (list: readonly string[], one: string): string[] => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one])

/** Tries a change on the policy as it is: what it would need, and why each rule speaks for it or not. */
export function PolicyTrialForm({ environments, services }: { environments: readonly string[]; services: readonly string[] }) {
  const t = useTranslations('policy')
  const [environment, setEnvironment] = useState(environments[0])
  const [moving, setMoving] = useState<string[]>([])
  const [kinds, setKinds] = useState<string[]>(['rollback'])
  if (environment === undefined) return null
  return (
    <section aria-labelledby="trial" className="rounded-md border border-border bg-surface px-4 py-4 sm:px-6">
      <h2 id="trial" className="text-base font-semibold">
        {t('trial')}
      </h2>
      <div className="mt-3 grid gap-4 md:grid-cols-3">
        <label className="block">
          <span className="block text-text-2">{t('environment')}</span>
          <select value={environment} onChange={(event) => setEnvironment(event.target.value)} className="mt-1 h-11 w-full rounded-sm border border-border-strong bg-surface px-2">
            {environments.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Choices label={t('services')} all={services.map((name) => [name, name])} chosen={moving} onChoose={(name) => setMoving(without(moving, name))} />
        <Choices label={t('kinds')} all={changeKinds.map((kind) => [kind, t(`kind.${kind}`)])} chosen={kinds} onChoose={(kind) => setKinds(without(kinds, kind))} />
      </div>
      {kinds.length === 0 && <p className="mt-2 text-text-3">{t('unknownKinds')}</p>}
      <Answer environment={environment} services={moving} kinds={kinds} />
    </section>
  )
}

function Choices({ label, all, chosen, onChoose }: { label: string; all: readonly (readonly [name: string, words: string])[]; chosen: readonly string[]; onChoose: (name: string) => void }) {
  return (
    <fieldset>
      <legend className="text-text-2">{label}</legend>
      {all.map(([name, words]) => (
        <label key={name} className="flex min-h-8 items-center gap-2">
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => onChoose(name)} className="size-4 shrink-0" />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

function Answer({ environment, services, kinds }: { environment: string; services: readonly string[]; kinds: readonly string[] }) {
  const t = useTranslations('policy')
  const live = useLive('policy.try', { environment, services: services.join(','), kinds: kinds.join(',') })
  const trial = live.data
  return (
    <div aria-live="polite" className="mt-4 border-t border-border pt-3">
      {live.problem && <ProblemNote problem={live.problem} />}
      {trial && (
        <>
          <p className="font-medium text-pretty">
            {t('needs', { needs: trial.needs, minutes: trial.expiresMinutes })} {trial.askedBy.map((roles) => t('askedBy', { roles })).join(' ')}
          </p>
          {trial.frozen && <p className="text-degraded-fg">{trial.frozen}</p>}
          <ul className="mt-2 space-y-1">
            {trial.rules.map((rule) => (
              <li key={rule.name} className={rule.applies ? '' : 'text-text-3'}>
                <span className="font-medium">{rule.name}</span> {rule.applies ? t('speaks', { because: rule.because, asks: rule.asks }) : t('silent', { because: rule.because })}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
