import { textOf, type Rows } from '../variables/variable-draft'
import { editedText, type SettingsDraft } from './settings-draft'

/** Everything typed for a service and not saved, as text; empty when there is nothing. */
export function unsavedText(drafts: Readonly<Record<string, unknown>>, serviceId: string): string {
  const settings = drafts[`${serviceId}:settings`] as SettingsDraft | undefined
  const began = drafts[`${serviceId}:settings began`] as { form: SettingsDraft } | undefined
  const variables = drafts[`${serviceId}:variables`] as { rows: Rows } | undefined
  return [settings && began ? editedText(settings, began.form) : '', variables ? textOf(variables.rows) : ''].filter((part) => part !== '').join('\n\n')
}
