'use client'

import { LogOut } from 'lucide-react'

import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'

import { signOutBrowser } from './sign-in-browser'

/** Ends the session of this browser. */
export function SignOutButton() {
  const { submit, pending, error } = useSubmit(async () => {
    await signOutBrowser()
    // A full load: nothing of the former person stays in memory.
    window.location.assign(paths.signIn())
  })
  return (
    <div className="space-y-2">
      <Button icon={<LogOut />} loading={pending} onClick={() => void submit()}>
        Sign out
      </Button>
      <ProblemMessage error={error} />
    </div>
  )
}
