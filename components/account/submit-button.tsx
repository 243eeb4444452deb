'use client'

import { useSyncExternalStore, type ComponentProps } from 'react'

import { Button } from '@/components/ui/button'

/**
 * Sends a form with a password. Until the page's script is there, a browser would send it by itself, and come back with nothing done: so until then the
 * form has no button that sends. Such forms say `method="post"` as well, which keeps what was typed out of addresses, histories and logs in any case.
 */
export function SubmitButton({ disabled = false, ...rest }: Omit<ComponentProps<typeof Button>, 'type'>) {
  const isReady = useSyncExternalStore(watchNothing, () => true, () => false)
  return <Button {...rest} type={isReady ? 'submit' : 'button'} disabled={disabled || !isReady} />
}

function watchNothing(): () => void {
  return () => {}
}
