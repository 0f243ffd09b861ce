'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { IntlProvider } from 'use-intl'
import { messages } from '#components/messages/en.ts'

// Passing words come after something was done: the first page does not wait for where they appear.
const Toaster = dynamic(() => import('sonner').then((part) => part.Toaster), { ssr: false })

/** What every page has: its words, its theme, what it has read so far, and where passing words appear. */
export function Providers({ children }: { children: ReactNode }) {
  // What is shown follows the socket; coming back to the window is no reason to read it all again.
  const [cache] = useState(() => new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, refetchOnReconnect: false } } }))
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableColorScheme={false} disableTransitionOnChange>
      <IntlProvider locale="en" messages={messages} timeZone="UTC">
        <QueryClientProvider client={cache}>
          {children}
          <Toaster position="bottom-right" toastOptions={{ unstyled: true, classNames: { toast: 'flex w-[22rem] max-w-[calc(100vw-2rem)] items-start gap-3 rounded-md border border-border bg-raised px-4 py-3 text-sm shadow-lift', success: 'text-good-fg', error: 'text-bad-fg' } }} />
        </QueryClientProvider>
      </IntlProvider>
    </ThemeProvider>
  )
}
