import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { Providers } from './providers/providers.tsx'

export const metadata: Metadata = { title: { default: 'Knowngood', template: '%s · Knowngood' }, description: 'Takes a fleet back to its last known good state.', robots: { index: false } }

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f7f8' },
    { media: '(prefers-color-scheme: dark)', color: '#0a0c0f' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The theme is put on <html> before React wakes up, so the two never agree there.
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
