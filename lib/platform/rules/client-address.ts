/**
 * Where a request came from. Each proxy appends whom it heard to X-Forwarded-For, so with `proxies` of our own in front,
 * the entry that many from the right was written by the outermost of them; what stands further left anybody can write.
 */
export function clientAddress(socketAddress: string | undefined, forwardedFor: string | undefined, proxies: number): string {
  const direct = plain(socketAddress ?? 'unknown')
  if (proxies === 0) return direct
  const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim())).filter(Boolean)
  return hops.at(-proxies) ?? direct
}

/** IPv4 as IPv6 writes it is the same address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '')
