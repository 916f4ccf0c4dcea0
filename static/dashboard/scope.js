// What this user may see and do, read from the grants. The server decides; this only hides what would be refused.
import { createContext } from '/vendor/htm-preact.js';

const SIGNIFICANT = { province: 2, prefecture: 4, county: 6, township: 9, village: 12 };
const LEVELS = ['county', 'township', 'village', 'cadre'];
const WIDTH = ['province', 'prefecture', 'county', 'township', 'village'];

/** me, scope, address and what changes them, for every view. */
export const Page = createContext(null);

/** Whether a division lies in another, as far as the codes tell. */
export const liesIn = (code, division) => code.startsWith(division.code.slice(0, SIGNIFICANT[division.level]));

const holds = (grant, today) => grant.from_on <= today && (!grant.to_on || grant.to_on >= today);

function widest(grants) {
  const divisions = [...new Map(grants.map((grant) => [grant.division.code, grant.division])).values()];
  divisions.sort((one, other) => WIDTH.indexOf(one.level) - WIDTH.indexOf(other.level));
  return divisions.filter((division, index) => !divisions.slice(0, index).some((wider) => liesIn(division.code, wider)));
}

const grantsOf = (me, roles) => me.grants.filter((grant) => holds(grant, me.today) && roles.includes(grant.role));

/** What an administrator or auditor reaches, for the administration's page. */
export function adminScopeOf(me) {
  const administers = grantsOf(me, ['admin']).length > 0;
  return {
    roots: widest(grantsOf(me, administers ? ['admin'] : ['auditor'])),
    administers,
    audits: grantsOf(me, ['auditor']).length > 0,
    seesDays: false,
    ownCadreId: me.cadre?.id ?? null,
    elsewhere: grantsOf(me, ['supervisor', 'village']).length > 0 ? [{ href: '/dashboard/', word: 'dashboard.to_dashboard' }] : [],
  };
}

/** Scope of a user: the divisions at the top of what is visible, and what may be done in some of them. */
export function scopeOf(me) {
  const having = (...roles) => grantsOf(me, roles);
  const seesDays = having('supervisor', 'village').length > 0;
  return {
    roots: widest(seesDays ? having('supervisor', 'village') : having('admin', 'auditor', 'discipline')),
    seesDays,
    supervises: having('supervisor').length > 0,
    inspects: having('discipline').length > 0,
    invites: having('supervisor', 'admin').length > 0,
    elsewhere: having('admin', 'auditor').length > 0 ? [{ href: '/admin/', word: 'dashboard.to_admin' }] : [],
    ownCadreId: me.cadre?.id ?? null,
  };
}

const grantsOver = (me, roles, division) => grantsOf(me, roles).filter((grant) => liesIn(division.code, grant.division));

/** Whether a user has one of the roles over a division: who supervises one township may be another's village. */
export const holdsThere = (me, roles, division) => grantsOver(me, roles, division).length > 0;

/** Whether a user may see, as a supervisor, all there is of a division; a village's committee sees less of its village. */
export const supervisesThere = (me, division) => holdsThere(me, ['supervisor'], division);

/** Whether a user may approve what needs a level at least, 'township' or 'county', of those posted to a division. */
export const approvesThere = (me, level, division) => grantsOver(me, ['supervisor'], division)
  .some((grant) => WIDTH.indexOf(grant.division.level) <= WIDTH.indexOf(level));

/** The levels a table of this division can be broken into, the next one down first. */
export const levelsBelow = (division) => LEVELS.slice(LEVELS.indexOf(division.level) + 1);

/** The root that the division of the address belongs to. */
export const rootOf = (scope, code) => scope.roots.find((root) => code && liesIn(code, root)) ?? scope.roots[0] ?? null;
