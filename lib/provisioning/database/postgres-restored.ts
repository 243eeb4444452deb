import { identifier, MARK, MAX_NAME, SECOND, text } from './postgres-credentials'

// Files of PostgreSQL that are put back hold the logins of their time: the password may be another one by now, and of the two
// roles that take turns the other one may be in use, which those files may not know at all. What is done here is what a
// rotation does, by a server without connections, which reads one statement a line.

/** Statements after which the present login is the only one of the two that lets anybody in, and is the owner as before. */
export function loginsAfterRestore({ user, password }: { user: string; password: string }): string {
  return `${[loginMade(user), `alter role ${identifier(user)} login password ${text(password)};`].join('\n')}\n`
}

/** The statement that makes it so, but for its password. */
export function loginMade(user: string): string {
  return oneLine(makeLogin(user))
}

/** Whom the server was made with, and who owns everything. */
const OWNER = 10

function makeLogin(user: string): string {
  const is = text(user)
  return `do $do$
    declare owner name := (select rolname from pg_roles where oid = ${OWNER});
      base text := owner;
      found record;
    begin
      while octet_length(base || ${text(SECOND)}) > ${MAX_NAME} loop base := left(base, -1); end loop;
      for found in select rolname from pg_roles where rolname <> ${is} and (shobj_description(oid, 'pg_authid') = ${text(MARK)} or (oid = ${OWNER} and ${is} = base || ${text(SECOND)}))
      loop execute format('alter role %I password null', found.rolname); end loop;
      if exists (select 1 from pg_roles where rolname = ${is}) then return; end if;
      create role ${identifier(user)} superuser login;
      if ${is} <> base || ${text(SECOND)} then return; end if;
      alter role ${identifier(user)} inherit createdb createrole replication bypassrls;
      comment on role ${identifier(user)} is ${text(MARK)};
      execute format('grant %I to %I', owner, ${is});
      ${takeSettings(is)}
      execute format('alter role %I set role = %L', ${is}, owner);
    end $do$;`
}

/** Settings of a role count for whoever connects as it. One that the server cannot understand now is left out. */
function takeSettings(is: string): string {
  return `for found in select d.datname as database, split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value
        from pg_db_role_setting s cross join unnest(s.setconfig) one left join pg_database d on d.oid = s.setdatabase where s.setrole = ${OWNER} and one not like 'role=%'
      loop
        begin
          perform set_config(found.name, found.value, true);
          execute format('alter role %I %s set %s from current', ${is}, case when found.database is null then '' else format('in database %I', found.database) end, (select string_agg(quote_ident(part), '.') from unnest(string_to_array(found.name, '.')) part));
        exception when others then raise warning 'The setting % of the role was left out: %', found.name, sqlerrm;
        end;
      end loop;`
}

function oneLine(statement: string): string {
  return statement.replaceAll(/\s*\n\s*/g, ' ')
}
