import { signIn, signOut } from 'next-auth/react'

import { ProblemError } from '@/components/client/problem-error'

/** Signs this browser in with a session cookie. Throws a ProblemError with words for the person. */
export async function signInBrowser(email: string, password: string): Promise<void> {
  const answer = await signIn('credentials', { redirect: false, email, password }).catch(() => undefined)
  if (answer?.ok && !answer.error) return
  if (answer === undefined) throw new ProblemError({ code: 'unavailable', message: 'Easel cannot be reached. Check that it is running, then try again.', requestId: '', status: 0 })
  throw new ProblemError({ code: 'unauthenticated', message: messageOf(answer.error), requestId: '', status: 401 })
}

// The provider passes on sentences (too many attempts); names such as `CredentialsSignin` come from the library.
function messageOf(error: string | null | undefined): string {
  return error?.includes(' ') ? error : 'This email and password do not belong together. Check both and try again.'
}

/** Ends the session of this browser. */
export async function signOutBrowser(): Promise<void> {
  await signOut({ redirect: false })
}
