'use client'

import { useRouter } from 'next/navigation'
import { startTransition } from 'react'

import { buttonClass } from './button-style'
import { EmptyState } from './empty-state'

export type ErrorViewProps = {
  /** What Next hands to an error page; `digest` is the request id, or a hash of the error. */
  error: Error & { digest?: string }
  reset: () => void
}

/** A page that could not be made (part of every page, and so made of little): says so, gives what an operator needs to find the cause, and tries again. */
export function ErrorView({ error, reset }: ErrorViewProps) {
  const router = useRouter()
  const retry = () =>
    startTransition(() => {
      router.refresh()
      reset()
    })
  return (
    <EmptyState
      heading
      title="This page could not be shown"
      action={
        <button type="button" className={buttonClass('primary', 'medium')} onClick={retry}>
          Try again
        </button>
      }
    >
      The platform failed while reading it; nothing was changed. If it goes on, look in the log of the platform
      {error.digest ? (
        <>
          {' '}
          for <code className="font-mono text-code break-all">{error.digest}</code>
        </>
      ) : null}
      .
    </EmptyState>
  )
}
