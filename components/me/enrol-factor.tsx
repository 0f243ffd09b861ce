'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Copy } from '#components/ui/copy.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Field, Input } from '#components/ui/field.tsx'
import { ProblemNote } from '#components/ui/problem-note.tsx'
import { useCommand } from '#lib/client/act.ts'

interface Begun {
  factorId: string
  secret: string
  uri: string
}

/** Three things after one another: a name, the secret with its first code, and the recovery codes where they are new. */
export function EnrolFactor({ needsPassword, onClose }: { needsPassword: boolean; onClose: () => void }) {
  const t = useTranslations('me.enrol')
  const [begun, setBegun] = useState<Begun | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={t('title')}>
      {codes ? <RecoveryCodes codes={codes} onClose={onClose} /> : begun ? <Confirm begun={begun} onDone={setCodes} /> : <Begin needsPassword={needsPassword} onDone={setBegun} />}
    </Dialog>
  )
}

function Begin({ needsPassword, onDone }: { needsPassword: boolean; onDone: (begun: Begun) => void }) {
  const t = useTranslations('me.enrol')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const enrol = useCommand('factor.enrol')
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        enrol.mutate({ name: name.trim(), ...(needsPassword ? { password } : {}) }, { onSuccess: onDone })
      }}
    >
      <Field label={t('name')} hint={t('nameHint')}>
        <Input value={name} onChange={(event) => setName(event.target.value)} required maxLength={60} autoComplete="off" />
      </Field>
      {needsPassword ? (
        <Field label={t('password')}>
          <Input type="password" value={password} onChange={(event) => setPassword(event.target.value)} required maxLength={256} autoComplete="current-password" />
        </Field>
      ) : null}
      <ProblemNote problem={enrol.error?.problem} />
      <Button type="submit" variant="primary" busy={enrol.isPending}>{t('next')}</Button>
    </form>
  )
}

function Confirm({ begun, onDone }: { begun: Begun; onDone: (codes: readonly string[]) => void }) {
  const t = useTranslations('me.enrol')
  const [code, setCode] = useState('')
  const confirm = useCommand('factor.confirm')
  // A wrong code is no reason to sign in again, which is what this refusal means elsewhere.
  const wrong = confirm.error?.problem.code === 'unauthenticated' ? t('wrong') : null
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate({ factorId: begun.factorId, code: code.trim() }, { onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes), onError: () => setCode('') })
      }}
    >
      <p className="text-text-2">{t('secret')}</p>
      <p><Copy text={begun.secret} label={begun.secret} /></p>
      <p><a href={begun.uri} className="underline">{t('open')}</a></p>
      <Field label={t('code')} error={wrong}>
        <Input value={code} onChange={(event) => setCode(event.target.value)} required pattern="[0-9]{6}" inputMode="numeric" autoComplete="one-time-code" className="font-mono" />
      </Field>
      <ProblemNote problem={wrong ? null : confirm.error?.problem} />
      <Button type="submit" variant="primary" busy={confirm.isPending}>{t('confirm')}</Button>
    </form>
  )
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useTranslations('me.enrol')
  return (
    <div className="space-y-4">
      <p role="status">{t('done')}</p>
      {codes.length ? (
        <>
          <p className="text-text-2">{t('codes')}</p>
          <ul className="grid grid-cols-1 gap-1 font-mono sm:grid-cols-2">
            {codes.map((code) => <li key={code}>{code}</li>)}
          </ul>
          <Copy text={codes.join('\n')} label={t('copy')} />
        </>
      ) : null}
      <Button variant="primary" onClick={onClose}>{t('close')}</Button>
    </div>
  )
}
