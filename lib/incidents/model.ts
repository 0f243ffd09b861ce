import { z } from 'zod'
import type { IncidentStatus, Severity } from './view.ts'

export const severities = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'] as const satisfies readonly Severity[]
export const statuses = ['open', 'mitigating', 'monitoring', 'resolved', 'closed'] as const satisfies readonly IncidentStatus[]

export const severitySchema = z.enum(severities, 'one of SEV1 (worst) to SEV5')
export const titleSchema = z.string().trim().min(3, 'say in a few words what is wrong').max(200, 'at most 200 characters')
export const reasonSchema = z.string().trim().min(3, 'say why, in a few words').max(500, 'at most 500 characters')
export const noteSchema = z.string().trim().min(1, 'say something').max(4_000, 'at most 4,000 characters')

/** An incident that nobody has yet called over. */
export const liveStatuses = ['open', 'mitigating', 'monitoring'] as const satisfies readonly IncidentStatus[]
export const isLive = (status: IncidentStatus): boolean => (liveStatuses as readonly string[]).includes(status)

/** How long something may stay abnormal unless somebody says otherwise, in hours; and at most, in days. */
export const exceptionHours = 24
export const exceptionMostDays = 90

/** How long command that was offered may be accepted, in minutes. */
export const offerMinutes = 15
