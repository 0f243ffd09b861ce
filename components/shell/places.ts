import { BookOpenCheck, Boxes, LayoutGrid, ListChecks, Lock, Monitor, Radar, ScrollText, Server, Siren, SlidersHorizontal } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'

export interface Place {
  name: 'situation' | 'incidents' | 'fleet' | 'releases' | 'approvals' | 'criteria' | 'playbooks' | 'agents' | 'locks' | 'records' | 'board'
  href: string
  /** Pressed after `g`. */
  letter: string
  icon: LucideIcon
  /** On a phone's bottom bar; the others are one touch further. */
  first: boolean
}

/** Where one can go, in the order of how often one does in an incident. */
export const places: readonly Place[] = [
  { name: 'situation', href: '/', letter: 's', icon: Radar, first: true },
  { name: 'incidents', href: '/incidents', letter: 'i', icon: Siren, first: true },
  { name: 'approvals', href: '/approvals', letter: 'a', icon: ListChecks, first: true },
  { name: 'fleet', href: '/fleet', letter: 'f', icon: LayoutGrid, first: true },
  { name: 'releases', href: '/releases', letter: 'r', icon: Boxes, first: false },
  { name: 'criteria', href: '/criteria', letter: 'c', icon: SlidersHorizontal, first: false },
  { name: 'playbooks', href: '/playbooks', letter: 'p', icon: BookOpenCheck, first: false },
  { name: 'agents', href: '/agents', letter: 'n', icon: Server, first: false },
  { name: 'locks', href: '/locks', letter: 'k', icon: Lock, first: false },
  { name: 'records', href: '/records', letter: 'l', icon: ScrollText, first: false },
  { name: 'board', href: '/board', letter: 'b', icon: Monitor, first: false },
]

/** Whether a path lies in a place. */
export const isIn = (place: Place, path: string): boolean => (place.href === '/' ? path === '/' : path === place.href || path.startsWith(`${place.href}/`))
