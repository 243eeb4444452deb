'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { SectionCard } from '@/components/ui/card'
import { ProblemMessage } from '@/components/ui/problem-message'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { authChangePassword } from '@/lib/contract/doors'

import { PasswordField } from './password-field'
import { SubmitButton } from './submit-button'

/** Changes the password. */
export function PasswordForm({ email }: { email: string }) {
  const run = useRun()
  const [currentPassword, setCurrent] = useState('')
  const [newPassword, setNew] = useState('')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(authChangePassword, { currentPassword, newPassword })
    toast.success('Password changed.')
    setCurrent('')
    setNew('')
  })
  const empty = currentPassword === '' || newPassword === ''
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!empty) void submit()
  }
  return (
    <form method="post" onSubmit={send} noValidate>
      {/* Password managers file the new password under this name. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <SectionCard
        title="Password"
        description="Changing it ends every other sign-in of yours."
        footer={
          <SubmitButton loading={pending} disabled={empty}>
            Change password
          </SubmitButton>
        }
      >
        <div className="max-w-md space-y-4">
          <PasswordField label="Present password" name="currentPassword" kind="current" value={currentPassword} onChange={setCurrent} error={fieldError('currentPassword')} />
          <PasswordField label="New password" name="newPassword" kind="new" value={newPassword} onChange={setNew} error={fieldError('newPassword')} />
          <ProblemMessage error={error} shownFields={['currentPassword', 'newPassword']} />
        </div>
      </SectionCard>
    </form>
  )
}
