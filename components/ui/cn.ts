import type { ClassValue } from 'clsx'
import { clsx } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Class names, of which later ones win over earlier ones that say the same. */
export const cn = (...classes: ClassValue[]): string => twMerge(clsx(classes))
