'use client'

import { signIn } from 'next-auth/react'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '#components/ui/button.tsx'
import { Checkbox, Field, Input } from '#components/ui/field.tsx'
import { StatusMark } from '#components/ui/status.tsx'

type Wrong = 'wrong' | 'throttled' | 'away'

/** E-mail and password. What was typed as e-mail is kept; a wrong one is said in words. */
export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('shell.signIn')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const [busy, setBusy] = useState(false)

  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setWrong(null)
    const answer = await signIn('credentials', { email, password, redirect: false }).catch(() => null)
    // A whole new page: nothing that was loaded for nobody is kept.
    if (answer?.ok && !answer.error) return window.location.assign(next)
    setBusy(false)
    setPassword('')
    setWrong(!answer || answer.status >= 500 ? 'away' : answer.error === 'throttled' ? 'throttled' : answer.error === 'CredentialsSignin' ? 'wrong' : 'away')
  }

  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-col gap-4">
      <div role="alert">
        {wrong ? (
          <p className="flex gap-2.5 rounded-md border border-bad bg-bad-soft px-3 py-2.5">
            <StatusMark tone="bad" className="mt-0.5" />
            {t(wrong)}
          </p>
        ) : null}
      </div>
      <Field label={t('email')}>
        <Input type="email" name="email" autoComplete="username" required maxLength={254} autoFocus value={email} onChange={(event) => setEmail(event.target.value)} className="h-11" />
      </Field>
      <Field label={t('password')}>
        <Input type={shown ? 'text' : 'password'} name="password" autoComplete="current-password" required maxLength={256} value={password} onChange={(event) => setPassword(event.target.value)} className="h-11" />
      </Field>
      <Checkbox label={t('show')} checked={shown} onChange={(event) => setShown(event.target.checked)} />
      <Button variant="primary" size="lg" type="submit" busy={busy}>{t('submit')}</Button>
    </form>
  )
}
