import { describe, expect, it } from 'vitest'

import { sshCommand } from './git-environment'
import { describeUrl, lastLine, remoteFailure } from './git-failure'

describe('what git says becomes a reason', () => {
  it.each([
    ['source_auth', `fatal: could not read Username for 'https://example.com': terminal prompts disabled`],
    ['source_auth', `git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.`],
    ['source_auth', `Host key verification failed.\nfatal: Could not read from remote repository.`],
    ['source_auth', `fatal: unable to access 'https://example.com/a.git/': The requested URL returned error: 403`],
    ['source_not_found', `remote: Repository not found.\nfatal: repository 'https://example.com/a.git/' not found`],
    ['source_not_found', `fatal: unable to access 'https://nowhere.example/': Could not resolve host: nowhere.example`],
    ['source_not_found', `ssh: connect to host example.com port 22: Connection refused\nfatal: Could not read from remote repository.`],
    ['source_not_allowed', `fatal: transport 'file' not allowed`],
    ['command_not_found', `error: cannot run ssh: No such file or directory\nfatal: unable to fork`],
    [undefined, `error: object file .git/objects/ab/cd is empty`],
  ])('%s', (reason, text) => {
    expect(remoteFailure({ code: 128, timedOut: false, stdout: [], stderr: text.split('\n') }, 'https://example.com/a.git')?.reason).toBe(reason)
  })

  it('quotes the telling line, cleaned', () => {
    expect(lastLine({ stderr: ['Cloning…', 'ssh: connect to host x port 22: Connection refused', 'fatal: Could not read from remote repository.', '', 'Please make sure you have the correct access rights'] })).toBe('ssh: connect to host x port 22: Connection refused')
    expect(lastLine({ stderr: [`\u001b[31mfatal: Identity file /data dir/builds/dep_1/source.git-home/key not accessible\u0007`] })).not.toContain('.git-home')
  })

  it('never shows what stands before the host', () => {
    expect(describeUrl('https://user:secret@example.com/a.git?token=1')).toBe('https://example.com/a.git')
  })
})

describe('the ssh command', () => {
  it('quotes paths of ours for the shell and for ssh', () => {
    const line = sshCommand(`/data/it's 100%/key`, '/data/known hosts')
    expect(line).toContain(`'IdentityFile="/data/it'\\''s 100%%/key"'`)
    expect(line).toContain(`'UserKnownHostsFile="/data/known hosts"'`)
  })
  it('uses no key of the operator when there is none of the service', () => {
    expect(sshCommand(null, '/k')).toContain(`'IdentityFile=none'`)
    expect(sshCommand(null, '/k')).toContain(`'IdentityAgent=none'`)
  })
})
