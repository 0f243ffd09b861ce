import { BookOpen, Camera, Database, DoorOpen, Download, Droplets, Hand, Merge, Replace, ScanEye, Square, Trash2 } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import type { StepRole } from '#lib/orchestration/model.ts'

/** What a step is for, as a sign; beside it always stands the word. */
const signs: Record<StepRole, LucideIcon> = {
  snapshot: Camera, stage: Download, hold: Hand, drain: Droplets, stop: Square, purge: Trash2, migrate: Database, deploy: Replace, verify: ScanEye, open: DoorOpen, barrier: Merge, playbook: BookOpen,
}

export function RoleSign({ role, className = 'size-4' }: { role: StepRole; className?: string }) {
  const Sign = signs[role]
  return <Sign aria-hidden strokeWidth={2} className={`shrink-0 ${className}`} />
}

/** The signs that a picture uses, each with its word. */
export function SignLegend({ roles, word }: { roles: readonly StepRole[]; word: (role: StepRole) => string }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 pt-2 text-xs text-text-2">
      {(Object.keys(signs) as StepRole[]).filter((role) => roles.includes(role)).map((role) => (
        <li key={role} className="inline-flex items-center gap-1">
          <RoleSign role={role} className="size-3.5" />
          {word(role)}
        </li>
      ))}
    </ul>
  )
}

/** All signs once, for pictures with hundreds of blocks: each then costs two elements and not five. */
export function SignSheet() {
  return (
    <svg aria-hidden width={0} height={0} className="absolute">
      {(Object.keys(signs) as StepRole[]).map((role) => {
        const Sign = signs[role]
        return (
          <symbol key={role} id={`sign-${role}`} viewBox="0 0 24 24">
            <Sign width={24} height={24} />
          </symbol>
        )
      })}
    </svg>
  )
}
