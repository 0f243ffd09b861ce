import canonicalize from 'canonicalize'

/** RFC 8785 canonical JSON: the same value is the same text everywhere. Throws for what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('this value has no JSON form')
  return text
}

/**
 * A short, fast fingerprint of a JSON value (two FNV-1a style 32-bit lanes over its canonical form), the same in the
 * browser and on the server. Tells two versions of a result apart; protects nothing.
 */
export function contentHash(value: unknown): string {
  const text = canonicalJson(value ?? null)
  let a = 0x811c9dc5
  let b = 0x01000193 ^ text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ (unit + i), 0x85ebca6b)
    b ^= b >>> 13
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}
