import { cn } from './cn.ts'

export type SeverityLevel = 'SEV1' | 'SEV2' | 'SEV3' | 'SEV4' | 'SEV5'

const looks: Record<string, string> = {
  SEV1: 'bg-bad text-surface',
  SEV2: 'bg-bad-soft text-bad-fg ring-1 ring-inset ring-bad',
  SEV3: 'bg-degraded-soft text-degraded-fg ring-1 ring-inset ring-degraded',
  SEV4: 'bg-sunken text-text-2 ring-1 ring-inset ring-border-strong',
  SEV5: 'bg-sunken text-text-2 ring-1 ring-inset ring-border',
}

const sizes = { sm: 'px-1 py-px text-[0.6875rem] leading-4', md: 'px-1.5 py-0.5 text-xs leading-4', lg: 'px-2.5 py-1 text-base' }

/** How bad it is: SEV1 is filled, the rest are outlined. The word says it, the colour repeats it. */
export function Severity({ level, size = 'md', className }: { level: string; size?: 'sm' | 'md' | 'lg'; className?: string }) {
  return <span className={cn('inline-flex shrink-0 items-center rounded-sm font-semibold tracking-wide', sizes[size], looks[level] ?? looks['SEV5'], className)}>{level}</span>
}
