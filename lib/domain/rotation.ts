// How the credentials of a database are replaced while it is used: both are valid until nobody uses the former one.

/** What is done, in this order. Each is safe to repeat, so whoever is interrupted begins the step again. */
export const ROTATION_STEPS = ['make', 'admit', 'write', 'redeploy', 'revoke'] as const
export type RotationStep = (typeof ROTATION_STEPS)[number]

/** `failed`: it waits for a person with both credentials valid. `cancelled`: it is back at the former one. */
export const ROTATION_STATUSES = ['running', 'failed', 'done', 'cancelled'] as const
export type RotationStatus = (typeof ROTATION_STATUSES)[number]

/** What a person calls a step, on the way to the new credential and on the way back. */
export const ROTATION_TITLE: Record<RotationStep, { forth: string; back: string }> = {
  make: { forth: 'New password made', back: 'New password given up' },
  admit: { forth: 'Both passwords valid', back: 'Both passwords valid' },
  write: { forth: 'References lead to the new one', back: 'References lead to the former one' },
  redeploy: { forth: 'Services redeployed', back: 'Services redeployed' },
  revoke: { forth: 'Former password refused', back: 'New password refused' },
}

/** A service that used the former credential when it was looked at, and the deployment that takes the wanted one to it. */
export type Dependant = { serviceId: string; name: string; deploymentId: string | null; /** It is why the rotation stopped. */ isStuck?: boolean }

type Standing = { status: RotationStatus; step: RotationStep; isReturning: boolean }

/** One that is open keeps others from being begun. */
export function isOpen({ status }: Pick<Standing, 'status'>): boolean {
  return status === 'running' || status === 'failed'
}

/** Why it cannot be taken back, as a sentence; null when it can. */
export function cannotCancel(rotation: Standing): string | null {
  if (!isOpen(rotation)) return 'This rotation has ended.'
  if (rotation.isReturning) return 'This rotation is on its way back to the former password already.'
  return rotation.step === 'revoke' ? 'The former password is being refused already, so there is no way back. Rotate once more for another one.' : null
}

/** Why it cannot be tried again, as a sentence; null when it can. */
export function cannotRetry({ status }: Pick<Standing, 'status'>): string | null {
  return status === 'failed' ? null : 'Only a rotation that waits after a failure is tried again.'
}
