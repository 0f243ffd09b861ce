import { z } from 'zod'
import type { Audience, Phase } from './view.ts'

export const audiences = ['responders', 'leadership', 'support', 'public'] as const satisfies readonly Audience[]
export const phases = ['investigating', 'identified', 'monitoring', 'resolved'] as const satisfies readonly Phase[]

export const audienceSchema = z.enum(audiences, 'one of responders, leadership, support or public')
export const phaseSchema = z.enum(phases, 'one of investigating, identified, monitoring or resolved')
export const textSchema = z.string().trim().min(10, 'say it in a sentence').max(4_000, 'at most 4,000 characters')
export const digestSchema = z.string().describe('The digest of the text that was shown: another text is refused')

/** Stands for the product as the author of what it drafted itself. */
export const nobody = '00000000-0000-0000-0000-000000000000'

export type ComponentState = 'operational' | 'degraded' | 'outage'
