'use client'

import { useRef, useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { authRegister } from '@/lib/contract/doors'

import { PasswordField } from './password-field'
import { signInBrowser } from './sign-in-browser'
import { SubmitButton } from './submit-button'

export type RegisterFormProps = {
  /** The token of an invitation and the email it is for. */
  invitation?: { token: string; email: string }
  submitLabel: string
  /** Done once the browser is signed in; leaves the page. */
  onSignedIn: () => Promise<unknown>
}

/** Creates an account and signs in with it. */
export function RegisterForm({ invitation, submitLabel, onSignedIn }: RegisterFormProps) {
  const run = useRun()
  const [name, setName] = useState('')
  const [email, setEmail] = useState(invitation?.email ?? '')
  const [password, setPassword] = useState('')
  // Steps that are done are not done again when a later one fails and the button is pressed once more.
  const done = useRef<'nothing' | 'registered' | 'signed_in'>('nothing')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    if (done.current === 'nothing') {
      await run(authRegister, { name, email, password, ...(invitation ? { invitation: invitation.token } : {}) })
      done.current = 'registered'
    }
    if (done.current === 'registered') {
      await signInBrowser(email, password)
      done.current = 'signed_in'
    }
    await onSignedIn()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <form method="post" onSubmit={send} className="space-y-4" noValidate>
      <Field label="Name" required error={fieldError('name')}>
        <Input name="name" autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="Email" required error={fieldError('email')}>
        <Input type="email" name="email" autoComplete="username" value={email} onChange={(event) => setEmail(event.target.value)} readOnly={invitation !== undefined} />
      </Field>
      <PasswordField kind="new" value={password} onChange={setPassword} error={fieldError('password')} />
      <ProblemMessage error={error} shownFields={['name', 'email', 'password']} />
      <SubmitButton variant="primary" loading={pending} className="w-full">
        {submitLabel}
      </SubmitButton>
    </form>
  )
}
