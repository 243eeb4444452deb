import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { EntryHeading } from '@/components/account/entry-heading'
import { safeNext } from '@/components/account/safe-next'
import { SignInForm } from '@/components/account/sign-in-form'
import { paths } from '@/components/paths'
import { instanceGet } from '@/lib/contract/instance'
import { currentViewer, readOperation } from '@/lib/http/server'

export const metadata: Metadata = { title: 'Sign in' }

/** Email and password; leads back to where the person wanted to go. */
export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = safeNext((await searchParams).next)
  if ((await currentViewer()) !== null) redirect(next)
  const instance = await readOperation(instanceGet, {})
  if (instance.registrationOpen) redirect(paths.welcome())
  return (
    <>
      <EntryHeading title="Sign in" />
      <SignInForm next={next} />
      <p className="mt-6 text-meta text-faint">No account? Ask an administrator of this instance for an invitation.</p>
    </>
  )
}
