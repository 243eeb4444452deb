import { changePassword } from './auth/change-password'
import { login } from './auth/login'
import { logout } from './auth/logout'
import { me } from './auth/me'
import { refresh } from './auth/refresh'
import { register } from './auth/register'
import { list as eventList } from './event/list'
import type { Operation } from './implement'
import { get as instanceGet } from './instance/get'
import { accept as invitationAccept } from './invitation/accept'
import { create as invitationCreate } from './invitation/create'
import { get as invitationGet } from './invitation/get'
import { list as invitationList } from './invitation/list'
import { revoke as invitationRevoke } from './invitation/revoke'
import { list as memberList } from './member/list'
import { remove as memberRemove } from './member/remove'
import { update as memberUpdate } from './member/update'
import { update as organizationUpdate } from './organization/update'
import { create as registryCreate } from './registry/create'
import { remove as registryDelete } from './registry/delete'
import { list as registryList } from './registry/list'
import { update as registryUpdate } from './registry/update'
import { create as sshKeyCreate } from './ssh-key/create'
import { remove as sshKeyDelete } from './ssh-key/delete'
import { list as sshKeyList } from './ssh-key/list'
import { create as tokenCreate } from './token/create'
import { list as tokenList } from './token/list'
import { revoke as tokenRevoke } from './token/revoke'

/** Everything about people: accounts, tokens, organizations and their members. */
export const accountOperations: Operation[] = [
  instanceGet,
  register,
  login,
  refresh,
  logout,
  me,
  changePassword,
  tokenCreate,
  tokenList,
  tokenRevoke,
  organizationUpdate,
  memberList,
  memberUpdate,
  memberRemove,
  invitationCreate,
  invitationList,
  invitationRevoke,
  invitationGet,
  invitationAccept,
  sshKeyCreate,
  sshKeyList,
  sshKeyDelete,
  registryCreate,
  registryList,
  registryUpdate,
  registryDelete,
  eventList,
]
