import type { ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import { databaseMisfits, misfits } from '../../domain/settings-fit'
import type { TargetKind } from '../../domain/target'
import { AppError, type FieldErrors } from '../../errors'

/** Refuses settings that contradict each other, the target they are for, the source or the volumes of the service. Throws `invalid_input` on the fields to change. */
export function checkSettings(settings: ServiceSettings | undefined, source: Source, { kind, volumes = [] }: { kind: TargetKind; volumes?: readonly string[] }): void {
  const found = settings === undefined ? [] : [...(source.type === 'database' ? databaseMisfits(settings) : []), ...misfits(settings, kind, volumes)]
  const [first] = found
  if (!first) return
  // The first complaint about a field is the one that is told.
  const fields: FieldErrors = Object.fromEntries([...found].reverse().map(({ field, message }) => [`settings.${field}`, message]))
  throw new AppError('invalid_input', `settings.${first.field}: ${first.message}`, { fields })
}
