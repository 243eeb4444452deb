// Written by `npm run openapi`, from the contract: name and path of every operation, typed by its entry. What runs in a browser asks
// through these, so that no schema is loaded there but those that a form checks what was typed with.
import type * as branch from './branch'
import type * as change from './change'
import type { Door, Entry } from './entry'
import type * as project from './project'
import type * as target from './target'

function door<E extends Entry>(name: string, path: string): Door<E['input'], E['output']> {
  return { name, http: { path } }
}

export const branchGet = /* @__PURE__ */ door<typeof branch.branchGet>('branch.get', '/environments/{environmentId}/branch')
export const changeApply = /* @__PURE__ */ door<typeof change.changeApply>('change.apply', '/environments/{environmentId}/changes/apply')
export const environmentArrange = /* @__PURE__ */ door<typeof project.environmentArrange>('environment.arrange', '/environments/{environmentId}/positions')
export const targetGet = /* @__PURE__ */ door<typeof target.targetGet>('target.get', '/organizations/{organizationId}/targets/{targetId}')
