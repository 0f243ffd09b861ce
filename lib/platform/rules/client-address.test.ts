import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

test.each([
  ['no proxy: only the socket counts', '198.51.100.7', '203.0.113.9', 0, '198.51.100.7'],
  ['one proxy: what it wrote', '10.0.0.2', '203.0.113.9', 1, '203.0.113.9'],
  ['one proxy: what the client wrote in front of it does not count', '10.0.0.2', '1.1.1.1, 203.0.113.9', 1, '203.0.113.9'],
  ['two proxies: the outer one’s word', '10.0.0.2', '1.1.1.1, 203.0.113.9, 10.0.0.3', 2, '203.0.113.9'],
  ['fewer hops than proxies: somebody came past them, and only the socket is sure', '198.51.100.7', '203.0.113.9', 2, '198.51.100.7'],
  ['a proxy that wrote nothing', '10.0.0.2', undefined, 1, '10.0.0.2'],
  ['IPv4 inside IPv6', '::ffff:198.51.100.7', undefined, 0, '198.51.100.7'],
  ['no socket any more', undefined, undefined, 0, 'unknown'],
])('%s', (_name, socket, forwarded, proxies, expected) => expect(clientAddress(socket, forwarded, proxies)).toBe(expected))
