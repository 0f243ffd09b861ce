'use client'

import type { ReactNode } from 'react'
import { useState } from 'react'
import { Disclosure } from '#components/incident/disclosure.tsx'

/** More, made only once somebody asks for it: in a list of hundreds nobody does for most. */
export function Later({ summary, children }: { summary: ReactNode; children: () => ReactNode }) {
  const [asked, setAsked] = useState(false)
  return (
    // A key on the summary clicks it, too.
    <div onClickCapture={() => setAsked(true)}>
      <Disclosure summary={summary}>{asked ? children() : null}</Disclosure>
    </div>
  )
}
