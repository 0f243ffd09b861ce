'use client'

/** Ends the session on the server and leaves the page, so that nothing read under it stays on the screen. */
export async function leave(): Promise<void> {
  const { signOut } = await import('next-auth/react')
  await signOut({ redirect: false })
  window.location.assign('/sign-in')
}
