/** Where to go after sign-in: a path of this site, or the start page. `//evil`, `/\evil` and schemes are somebody else's. */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next) || /[\\\u0000-\u001f]/.test(next)) return '/'
  const url = URL.canParse(next, 'http://here.invalid') ? new URL(next, 'http://here.invalid') : null
  return url?.origin === 'http://here.invalid' && !url.pathname.startsWith('//') && !url.pathname.startsWith('/sign-in') ? `${url.pathname}${url.search}${url.hash}` : '/'
}
