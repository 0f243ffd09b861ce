import { createHash } from 'node:crypto'
import { canonicalJson } from '#lib/platform/rules/hash.ts'
import type { PlanDocument } from '../model.ts'

/** `sha256:<hex>` over the RFC 8785 canonical JSON of the document: what people vote on and agents check. */
export const hashPlan = (document: PlanDocument): string => `sha256:${createHash('sha256').update(canonicalJson(document)).digest('hex')}`
