import 'server-only'

import { config } from '../config'

/** Whether everything that is shown is invented: every page says so. */
export function isDemo(): boolean {
  return config.isDemo
}
