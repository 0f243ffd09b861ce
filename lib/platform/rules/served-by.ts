const publicPaths = [/^\/status(\/|$|\?)/, /^\/api\/v1\/status(\?|$)/, /^\/_next\/static\//, /^\/icon\.svg$/]

/** Whether a process of this role answers this address. The public role is the status page and nothing else: it may stand where anybody can reach it. */
export const serves = (role: 'all' | 'web' | 'engine' | 'public', url: string): boolean => role === 'all' || role === 'web' || (role === 'public' && publicPaths.some((path) => path.test(url)))
