import { ServiceSettings } from '../../contract/service-settings'

/** What a database begins with: time to set up its folder, and to write down what it has when it ends. */
export const DATABASE_SETTINGS: ServiceSettings = ServiceSettings.parse({ health: { deadlineS: 180, intervalS: 10 }, rollout: 'replace', stopGraceS: 60 })
