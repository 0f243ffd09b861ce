import { cn } from './cn.ts'

/** Where something will be, before the first answer. Never drawn over what is already there. */
export const Skeleton = ({ className }: { className?: string }) => <div aria-hidden className={cn('h-4 animate-pulse rounded-sm bg-border', className)} />
