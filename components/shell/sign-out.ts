'use client'

import { signOut } from 'next-auth/react'

/** Ends the session on the server and leaves the page, so that nothing read under it stays on the screen. */
export async function leave(): Promise<void> {
  await signOut({ redirect: false })
  window.location.assign('/sign-in')
}
