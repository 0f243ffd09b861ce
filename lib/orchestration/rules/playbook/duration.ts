import { z } from 'zod'

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** A time as people write it: a whole number and `ms`, `s`, `m` or `h`; at most a day. */
export const durationSchema = z
  .string('a time, as 500ms, 30s, 5m or 1h')
  .regex(/^\d{1,8}(ms|s|m|h)$/, 'a time, as 500ms, 30s, 5m or 1h')
  .refine((text) => !/^\d{1,8}(ms|s|m|h)$/.test(text) || millisOf(text) <= 86_400_000, 'at most a day')

/** `90s` → 90000. For text that `durationSchema` accepts. */
export function millisOf(duration: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? []
  return Number(amount) * units[unit as keyof typeof units]
}
