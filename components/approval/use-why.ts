'use client'

import { useTranslations } from 'use-intl'
import type { Why } from './rules/rights.ts'

/** Turns the reason why a button cannot be pressed into its sentence; undefined where it can. */
export function useWhy(): (why: Why | null) => string | undefined {
  const t = useTranslations('approval.why')
  return (why) => {
    switch (why?.kind) {
      case undefined:
        return undefined
      case 'loading':
        return t('loading')
      case 'role':
        return t('role', { needs: why.needs })
      case 'asked-yourself':
        return t('askedYourself')
      case 'edited-yourself':
        return t('editedYourself')
      case 'voted':
        return t(why.vote === 'approve' ? 'votedApprove' : 'votedReject', { time: clockOf(why.at) })
      case 'roles-of-policy':
        return t('rolesOfPolicy', { roles: why.roles })
      case 'expired':
        return t('expired')
      case 'decided':
        return why.state === 'expired' ? t('expired') : t(why.state)
      case 'seat-empty':
        return t('seatEmpty')
      case 'seat-taken':
        return t('seatTaken', { holder: why.holder })
      case 'no-proof':
        return t('noProof', { because: why.because })
      case 'plan-unread':
        return t('planUnread')
      case 'plan-changed':
        return t('planChanged')
      case 'rule':
        return t('rule', { because: why.because.replace(/\.$/, '') })
    }
  }
}

const clockOf = (at: string): string => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
