import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { EntryHeading } from '@/components/account/entry-heading'
import { WelcomeForm } from '@/components/account/welcome-form'
import { paths } from '@/components/paths'
import { instanceGet } from '@/lib/contract/instance'
import { currentViewer, readOperation } from '@/lib/http/server'

export const metadata: Metadata = { title: 'Welcome' }

/** First run: one form creates the owner. Closed as soon as an account exists. */
export default async function WelcomePage() {
  if ((await currentViewer()) !== null) redirect(paths.projects())
  const instance = await readOperation(instanceGet, {})
  if (!instance.registrationOpen) redirect(paths.signIn())
  return (
    <>
      <EntryHeading title="Welcome to Easel">This instance has no account yet. The first one owns it; everyone else joins by invitation.</EntryHeading>
      <WelcomeForm />
    </>
  )
}
