import type { ReactNode } from 'react'
import { Shell } from '#components/shell/shell.tsx'
import { meView } from '#lib/platform/queries/me.ts'
import { firstLoad } from './load.ts'

export const dynamic = 'force-dynamic'

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Shell me={await firstLoad(meView, {}, null)}>{children}</Shell>
}
