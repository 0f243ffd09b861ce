import type { Finding } from './check-records.ts'

/** A finding in one line: which leaf, which record, what is wrong. */
export const findingText = ({ index, recordId, what }: Finding): string =>
  [[index === null ? null : `leaf ${index}`, recordId === null ? null : `record ${recordId}`].filter((part) => part !== null).join(', '), what].filter(Boolean).join(': ')
