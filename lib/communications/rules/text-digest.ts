import { createHash } from 'node:crypto'

/** `sha256:<hex>` of a text as it is published: what was approved is told apart from everything else by it. */
export const textDigest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
