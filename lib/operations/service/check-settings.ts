import type { ServiceSettings } from '../../contract/service-settings'
import { misfits } from '../../domain/settings-fit'
import { AppError, type FieldErrors } from '../../errors'

/** Refuses settings that contradict each other. Throws `invalid_input` on the fields to change. */
export function checkSettings(settings: ServiceSettings | undefined): void {
  const found = settings === undefined ? [] : misfits(settings)
  const [first] = found
  if (!first) return
  const fields: FieldErrors = Object.fromEntries(found.map(({ field, message }) => [`settings.${field}`, message]))
  throw new AppError('invalid_input', `settings.${first.field}: ${first.message}`, { fields })
}
