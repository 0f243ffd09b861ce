import type { ReactNode } from 'react'

/** A key of the keyboard. */
export const Kbd = ({ children }: { children: ReactNode }) => <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-sm border border-border-strong/60 bg-sunken px-1 font-mono text-[0.6875rem] text-text-2">{children}</kbd>
