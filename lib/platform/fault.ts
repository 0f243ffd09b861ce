/** Every way in which the product refuses, with its HTTP status (RFC 9110). Closed: a new code is a decision. */
export const statusOf = {
  malformed: 400,
  unauthenticated: 401,
  clock_skew: 401,
  forbidden: 403,
  step_up_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  plan_changed: 409,
  stale_lease: 409,
  gone: 410,
  too_large: 413,
  unsupported_type: 415,
  misdirected: 421,
  invalid: 422,
  locked: 423,
  throttled: 429,
  internal: 500,
  unavailable: 503,
} as const

export type FaultCode = keyof typeof statusOf

/** A problem with one field of the input: where it is, and what would be right. */
export interface FieldProblem {
  field: string
  message: string
}

const tag = Symbol.for('knowngood.fault')

/**
 * A refusal on its way to whoever asked: RFC 9457 `application/problem+json`.
 * Recognised by tag, not by class: the bundler makes a second copy of this module.
 */
export class Fault extends Error {
  readonly [tag] = true
  readonly code: FaultCode
  readonly detail: Record<string, unknown>

  constructor(code: FaultCode, message: string, detail: Record<string, unknown> = {}) {
    super(message)
    this.name = 'Fault'
    this.code = code
    this.detail = detail
  }
}

export const isFault = (error: unknown): error is Fault =>
  typeof error === 'object' && error !== null && tag in error

/** RFC 9457 problem document. `fields` names each wrong field where the code is `invalid`. */
export interface Problem {
  type: string
  title: string
  status: number
  code: FaultCode
  detail: string
  fields?: FieldProblem[]
  [extension: string]: unknown
}

export function problemOf(fault: Fault): Problem {
  const { code, message, detail } = fault
  return { ...detail, type: `https://knowngood.dev/problems/${code}`, title: code.replaceAll('_', ' '), status: statusOf[code], code, detail: message }
}

/** What an unexpected error becomes: never its message, which may hold anything. */
export function faultOf(error: unknown): Fault {
  if (isFault(error)) return error
  if (isDatabaseAway(error)) return new Fault('unavailable', 'the database cannot be reached; nothing was changed, try again', { retryAfter: 2 })
  return new Fault('internal', 'something went wrong on our side; it has been logged')
}

const awayCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02', '57P03', '53300', '08006', '08001', '08003'])

/** True where the database went away or is not there yet; its drivers say so in several dialects. */
export function isDatabaseAway(error: unknown): boolean {
  for (let seen: unknown = error, depth = 0; seen && depth < 5; depth++) {
    const { code, cause, message, meta } = seen as { code?: unknown; cause?: unknown; message?: unknown; meta?: { driverAdapterError?: unknown; code?: unknown } }
    if (typeof code === 'string' && awayCodes.has(code)) return true
    if (typeof message === 'string' && /connection terminated|can't reach database|server closed the connection|terminating connection|the database system is (starting|shutting)|timeout exceeded when trying to connect|Transaction not found|Unable to start a transaction/i.test(message)) return true
    seen = cause ?? meta?.driverAdapterError
  }
  return false
}
