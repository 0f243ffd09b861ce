import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The browser that tests use: the one in KNOWNGOOD_CHROMIUM, else one that the machine has. */
export const findChromium = (): string | null => {
  const named = process.env['KNOWNGOOD_CHROMIUM']
  if (named) return existsSync(named) ? named : null
  return usual.find((path) => existsSync(path)) ?? null
}

/** Installs Debian's Chromium where there is none and we may; else says what is missing and how to get it. */
export function ensureChromium(): { ok: true } | { ok: false; because: string } {
  if (findChromium()) return { ok: true }
  const named = process.env['KNOWNGOOD_CHROMIUM']
  if (named) return { ok: false, because: `KNOWNGOOD_CHROMIUM names ${named}, and there is no such file` }
  const missing = 'browser tests need Chromium: install the package `chromium`, or set KNOWNGOOD_CHROMIUM to a Chrome or Chromium'
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return { ok: false, because: missing }
  console.log('installing chromium (once, about a minute) …')
  const options = { encoding: 'utf8' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-q'], options)
  const done = spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], options)
  if (done.status === 0 && findChromium()) return { ok: true }
  return { ok: false, because: `${missing}; apt-get said: ${(done.stderr || done.error?.message || '').trim().split('\n').at(-1) ?? ''}` }
}
