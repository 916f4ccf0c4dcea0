// Amounts of a promise and their parts, in whole hundredths so that they add up. Pure.

/** "12.5" as 1250; null where nothing, or no number of two decimals at most, stands there. */
export function hundredthsOf(text) {
  const said = String(text ?? '').trim();
  return /^-?\d{1,12}(\.\d{1,2})?$/.test(said) ? Math.round(Number(said) * 100) : null;
}

/** 1250 as "12.5". */
export const amountOf = (hundredths) => String(hundredths / 100);

/** What the parts come to; empty ones count nothing. */
export const sumOf = (parts) => parts.reduce((sum, part) => sum + (part ?? 0), 0);

/** A year in four parts that differ as little as can be, the larger ones first: whole numbers stay whole. */
export function evenly(hundredths) {
  const unit = hundredths % 100 === 0 ? 100 : 1;
  const units = hundredths / unit;
  const each = Math.floor(units / 4);
  return [0, 1, 2, 3].map((number) => (each + (number < units - each * 4 ? 1 : 0)) * unit);
}

/**
 * Whether a vote has a quorum and a majority by the rules (null as long as figures are missing), and whether its figures
 * agree with each other: {agrees, fits, hasQuorum, hasMajority}.
 */
export function voteOf({ entitled, present, in_favour: inFavour, against, abstained }, { quorum, majority }) {
  const all = [entitled, present, inFavour, against, abstained];
  if (all.some((one) => one === null)) return { agrees: null, fits: null, hasQuorum: null, hasMajority: null };
  return {
    agrees: inFavour + against + abstained === present,
    fits: present <= entitled,
    hasQuorum: quorum === 'two_thirds' ? present * 3 >= entitled * 2 : present * 2 > entitled,
    hasMajority: majority === 'two_thirds_of_present' ? inFavour * 3 >= present * 2 : inFavour * 2 > present,
  };
}
