'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'

import { PasswordField } from './password-field'
import { signInBrowser } from './sign-in-browser'
import { SubmitButton } from './submit-button'

export type SignInFormProps = {
  /** Where to go then. */
  next: string
  /** Fixed, when an invitation names it. */
  email?: string
  submitLabel?: string
  /** Done after signing in and before leaving. */
  after?: () => Promise<unknown>
}

/** Email and password of an account that exists. */
export function SignInForm({ next, email: fixedEmail, submitLabel = 'Sign in', after }: SignInFormProps) {
  const router = useRouter()
  const [email, setEmail] = useState(fixedEmail ?? '')
  const [password, setPassword] = useState('')
  const { submit, pending, error } = useSubmit(async () => {
    await signInBrowser(email, password)
    await after?.()
    router.push(next)
    router.refresh()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <form method="post" onSubmit={send} className="space-y-4" noValidate>
      <Field label="Email" required>
        <Input type="email" name="email" autoComplete="username" value={email} onChange={(event) => setEmail(event.target.value)} readOnly={fixedEmail !== undefined} />
      </Field>
      <PasswordField kind="current" value={password} onChange={setPassword} />
      <ProblemMessage error={error} />
      <SubmitButton variant="primary" loading={pending} className="w-full">
        {submitLabel}
      </SubmitButton>
    </form>
  )
}
