'use client'

import { useRouter } from 'next/navigation'

import { useRun } from '@/components/client/operations'
import { chooseOrganization } from '@/components/organization/chosen-organization'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { invitationAccept } from '@/lib/contract/doors'

import { RegisterForm } from './register-form'
import { signOutBrowser } from './sign-in-browser'
import { SignInForm } from './sign-in-form'

export type InvitationEntryProps = { token: string; email: string; hasAccount: boolean; signedInAs: string | null }

/** Accepts an invitation: at once when the right person is signed in, after signing in or registering otherwise. */
export function InvitationEntry({ token, email, hasAccount, signedInAs }: InvitationEntryProps) {
  const run = useRun()
  const router = useRouter()
  const join = async () => {
    const organization = await run(invitationAccept, { token })
    chooseOrganization(organization.id)
  }
  const enter = async () => {
    router.push(paths.projects())
    router.refresh()
  }
  const joinAndEnter = async () => {
    await join()
    await enter()
  }
  if (signedInAs === email) return <AcceptButton onAccept={joinAndEnter} />
  if (signedInAs !== null) return <OtherAccount signedInAs={signedInAs} email={email} />
  if (hasAccount) return <SignInForm email={email} next={paths.projects()} submitLabel="Sign in and join" after={join} />
  return <RegisterForm invitation={{ token, email }} submitLabel="Create account and join" onSignedIn={enter} />
}

function AcceptButton({ onAccept }: { onAccept: () => Promise<unknown> }) {
  const { submit, pending, error } = useSubmit(onAccept)
  return (
    <div className="space-y-4">
      <ProblemMessage error={error} />
      <Button variant="primary" loading={pending} onClick={() => void submit()} className="w-full">
        Accept invitation
      </Button>
    </div>
  )
}

function OtherAccount({ signedInAs, email }: { signedInAs: string; email: string }) {
  const router = useRouter()
  const { submit, pending, error } = useSubmit(async () => {
    await signOutBrowser()
    router.refresh()
  })
  return (
    <div className="space-y-4">
      <p>
        The invitation is for <strong className="font-medium">{email}</strong>, but you are signed in as <strong className="font-medium">{signedInAs}</strong>. Sign out to accept it.
      </p>
      <ProblemMessage error={error} />
      <Button variant="primary" loading={pending} onClick={() => void submit()} className="w-full">
        Sign out
      </Button>
    </div>
  )
}
